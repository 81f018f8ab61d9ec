"""Pages: robots, opt-outs, revisions, canonical addresses, retries, quarantine, by the server's log."""

from datetime import datetime, timedelta
from itertools import pairwise

from tests.live.site import Asked
from tests.live.week import HOUR, START, TOKEN, Week

AGES = (1, 6, 24, 168)  # hours at which an article is asked again


def asked(week: Week, address: str) -> list[Asked]:
    return week.coast.asked(address)


def test_a_young_article_is_checked_for_revisions(week: Week) -> None:
    requests = asked(week, "revised.example/news/400")
    assert len(requests) == 1 + len(AGES)
    for one, hours in zip(requests[1:], AGES, strict=True):
        assert timedelta(hours=hours) <= one.at - START <= timedelta(hours=hours * 1.1) + timedelta(minutes=1)
    for earlier, later in pairwise(requests):
        assert later.header(b"If-None-Match") == (earlier.reply.header("ETag") or "").encode()
    assert [one.reply.status for one in requests] == [200, 200, 200, 304, 200]
    revisions = week.rows(
        """
        select r.revision
        from article_revisions as r
        inner join articles as a on r.article_id = a.article_id
        where contains(a.url, 'revised.example')
        order by r.revision
        """
    )
    assert [row[0] for row in revisions] == [1, 2, 3, 4]


def test_robots_is_asked_first_and_heard(week: Week) -> None:
    requests = [one for one in week.coast.asked("closed.example") if one.path != "/feed"]
    assert requests[0].path == "/robots.txt"
    assert asked(week, "closed.example/news/431") == []
    assert week.rows("select state, reason from discovery_gaps where ends_with(url, '/news/431')") == [
        ("quarantined", "robots")
    ]
    pages = [one for one in requests if one.path.startswith("/news/")]
    assert all(later.at - earlier.at >= timedelta(seconds=7) for earlier, later in pairwise(pages))


def test_robots_that_cannot_be_had_closes_a_host_for_now(week: Week) -> None:
    robots = asked(week, "unknown.example/robots.txt")
    page = asked(week, "unknown.example/news/440")
    assert [one.reply.status for one in robots[:3]] == [503, 500, 200]
    assert page[0].at > robots[2].at
    assert week.rows("select count(*) from articles where contains(url, 'unknown.example')") == [(1,)]


def test_training_opt_outs_are_recorded(week: Week) -> None:
    rows = week.rows(
        """
        select distinct right(url, 3), list_sort(training_opt_outs)
        from fetches
        where contains(url, 'closed.example') and outcome = 'fetched'
        order by 1
        """
    )
    assert rows == [
        ("430", ["robots.txt GPTBot"]),
        ("432", ["TDMRep", "X-Robots-Tag noai", "robots.txt GPTBot"]),
    ]


def first_hour(requests: list[Asked]) -> list[Asked]:
    return [one for one in requests if one.at < START + HOUR / 2]


def test_a_canonical_address_is_followed_once(week: Week) -> None:
    for page in ("amp/410", "news/410", "news/411", "news/412", "news/413"):
        assert len(first_hour(asked(week, f"amp.example/{page}"))) <= 1, page
    # What was listed is asked for once; the address that the article names is checked for revisions.
    assert len(asked(week, "amp.example/amp/410")) == 1
    assert len(asked(week, "amp.example/news/410")) == 1 + len(AGES)
    assert len(asked(week, "amp.example/news/412")) == 1
    assert len(asked(week, "amp.example/news/413")) == 1 + len(AGES)
    articles = week.rows("select canonical_url from articles where contains(canonical_url, 'amp.example')")
    names = sorted(str(row[0]).rpartition("/")[2] for row in articles)
    assert len(names) == len(set(names))
    assert {"410", "411"} <= set(names)
    assert not [row for row in articles if "/amp/" in str(row[0])]


def ladder(week: Week, number: int, until: datetime) -> list[Asked]:
    return [one for one in asked(week, f"down.example/news/{number}") if one.at < until]


def test_retries_come_with_growing_delays_and_end_in_quarantine(week: Week) -> None:
    end = START + timedelta(days=8)
    gaps = [(b.at - a.at).total_seconds() for a, b in pairwise(ladder(week, 423, end))]
    assert len(gaps) == 3
    assert all(later > 2 * earlier for earlier, later in pairwise(gaps))
    assert len(ladder(week, 421, end)) == 1  # gone
    assert len(ladder(week, 422, end)) == 3
    gaps_left = week.rows(
        """
        select right(url, 3), state, reason
        from discovery_gaps
        where contains(url, 'down.example')
        order by 1
        """
    )
    assert gaps_left == [
        ("421", "quarantined", "gone"),
        ("422", "quarantined", "forbidden"),
        ("423", "quarantined", "not_found"),
    ]


def test_a_failed_page_that_heals_becomes_an_article(week: Week) -> None:
    requests = asked(week, "down.example/news/420")
    assert [one.reply.status for one in requests[:4]] == [500] * 4
    assert requests[-1].reply.status in (200, 304)
    assert week.rows("select count(*) from articles where ends_with(url, '/news/420')") == [(1,)]


def test_no_table_holds_a_secret(week: Week) -> None:
    assert [one for one in week.coast.log if TOKEN in one.path]  # it was sent
    assert week.rows("select count(*) from articles where contains(url, 'hidden.example')") == [(1,)]
    tables = [str(row[0]) for row in week.rows("select table_name from duckdb_tables() where not internal")]
    assert {"feeds", "entries", "polls", "fetches", "articles", "captures"} <= set(tables)
    for table in tables:
        held = week.rows(f'select count(*) from "{table}" as t where contains(t::varchar, ?)', TOKEN)
        assert held == [(0,)], table


def test_every_entry_is_an_article_or_a_gap_once(week: Week) -> None:
    (row,) = week.rows(
        """
        with articles_of_pages as (
            select distinct f.page_id
            from fetches as f
            inner join captures as c on f.capture_id = c.capture_id
            where c.article_id is not null
        )

        select
            count(*) as entries,
            count(*) filter (where g.page_id is not null) as articles,
            (select count(*) from discovery_gaps) as gaps,
            count(distinct e.entry_id) as keys
        from entries as e
        left join articles_of_pages as g on e.page_id = g.page_id
        """
    )
    entries, articles, gaps, keys = (int(str(one)) for one in row)
    assert entries == keys == articles + gaps
    assert gaps == 4
