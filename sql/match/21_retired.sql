-- The fingerprints of articles that stand for no text any more. Grain: one hash of one article.
delete from fingerprints
where
    ordered_at between (select min(ordered_at) from retired) and (select max(ordered_at) from retired)
    and article_id in (select article_id from retired);
