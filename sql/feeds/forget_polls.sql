-- Polls before a time go; what feeds, entries and pages have become stands in their own tables. Grain: one poll.
delete from polls
where polled_at < $before;
