-- Quotes whose offsets do not reproduce their text.
select q.quote_id, q.article_id, q.start_char, q.end_char, q.text
from quotes as q
inner join articles as a on q.article_id = a.article_id
where
    substring(a.text, q.start_char + 1, q.end_char - q.start_char) is distinct from q.text
    or q.start_char < 0
    or q.end_char <= q.start_char;
