-- Refused items by reason, most first. Grain: one reason.
select reason, count(*) as items from rejects group by reason order by items desc, reason;
