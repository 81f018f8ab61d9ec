-- The pairs that verification found, handed over as JSON. Grain: one pair.
create or replace temp table verified as
select unnest(
    from_json(
        $pairs,
        '[{"article_id": "UUID", "duplicate_of": "UUID", "relation": "VARCHAR", "similarity": "DOUBLE",
           "containment": "DOUBLE", "links": "BOOLEAN"}]'
    ),
    recursive := true
);
