"""An Airflow of one machine: its home, the environment of its components, and their life as child processes.

    setup.py     what is wanted; the environment of every component, as a pure function of it
    home.py      the folder of an Airflow: keys, login, migrated metadata, pools
    sessions.py  a child process with all that it starts, and the end of both
    running.py   api-server, scheduler, dag-processor and triggerer: started, watched, ended
    site.py      the sample feed site on loopback
    __main__.py  `make airflow`
    prepare.py   the same preparation in containers (docker-compose.yml)

Airflow itself is never imported here: it runs in processes of its own, and all of them listen on loopback.
"""
