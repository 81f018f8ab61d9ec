-- Refused items by reason, where their number changes. Grain: one reason.
with before as (
    select reason, count(*) as number from newsflow.main.rejects group by reason
),

after as (
    select reason, count(*) as number from beside.main.rejects group by reason
)

select
    coalesce(b.reason, a.reason) as reason,
    coalesce(b.number, 0) as before,
    coalesce(a.number, 0) as after
from before as b
full join after as a on b.reason = a.reason
where b.number is distinct from a.number
order by reason;
