"""The explorer: the tables of one data folder on a page, while they are written.

NEWSFLOW_DATA=/srv/news marimo run notebooks/explore.py      to look
NEWSFLOW_DATA=/srv/news marimo edit notebooks/explore.py     to change it
NEWSFLOW_DATA=/srv/news python notebooks/explore.py          to check that it runs
"""

import marimo

app = marimo.App(width="medium", app_title="Newsflow")


@app.cell
def _():
    import os
    from pathlib import Path

    import marimo as mo

    from pipeline.settings import settings_for
    from pipeline.store import SETTING, check_store
    from pipeline.warehouse.query import run_query

    settings = settings_for(
        Path(os.environ.get("NEWSFLOW_DATA", "data")),
        os.environ.get("NEWSFLOW_CATALOG"),
        store=check_store(os.environ.get(SETTING, "")),
    )

    def ask(sql):
        """The rows of a query on one snapshot, as a list of dictionaries."""
        with run_query(settings, sql) as answer:
            return [dict(zip(answer.names, row, strict=True)) for row in answer.rows]

    return ask, mo, settings


@app.cell
def _(ask, mo, settings):
    counts = ask(
        "select (select count(*) from articles) as articles, (select count(*) from quotes) as quotes"
    )[0]
    mo.md(f"# Newsflow\n{counts['articles']:,} articles, {counts['quotes']:,} quotes in `{settings.data}`")
    return (counts,)


@app.cell
def _(ask, mo):
    stories = ask(
        """
        select title, first_published_at, article_count, publisher_count
        from stories
        order by article_count desc, first_published_at desc
        limit 200
        """
    )
    mo.vstack([mo.md("## Stories, the most printed first"), mo.ui.table(stories)])
    return (stories,)


@app.cell
def _(ask, mo):
    speakers = ask(
        """
        select q.speaker, count(*) as quotes, count(distinct a.publisher) as publishers
        from quotes as q
        inner join articles as a on q.article_id = a.article_id
        where q.speaker is not null
        group by q.speaker
        order by quotes desc, q.speaker
        limit 200
        """
    )
    mo.vstack([mo.md("## Speakers"), mo.ui.table(speakers)])
    return (speakers,)


@app.cell
def _(mo):
    question = mo.ui.text_area(value="from articles limit 20", label="SQL", full_width=True)
    question
    return (question,)


@app.cell
def _(ask, mo, question):
    answer = ask(question.value)
    mo.ui.table(answer)
    return (answer,)


if __name__ == "__main__":
    app.run()
