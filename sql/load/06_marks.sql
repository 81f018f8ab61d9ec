-- How far the parts of archives were read with a filter. Grain: one part.
select part, filter, version, position, is_done, items, passed
from marks
where filter = $filter;
