-- Pairs of equal texts that are none any more, or have another earliest one. Grain: one pair.
delete from duplicates
where
    relation = 'exact'
    and (
        article_id in (select article_id from members)
        or article_id in (select article_id from known_changed)
        or duplicate_of in (select article_id from known_changed)
    )
    and (article_id, duplicate_of) not in (select (article_id, duplicate_of) from exact_pairs);
