"""The provider as a WSGI application; gunicorn serves it (`cinema/gunicorn.conf.py`)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cinema.settings")

_django = get_wsgi_application()

from cinema.recent_answers import RecentAnswers  # noqa: E402 it needs the settings

application = RecentAnswers(_django)
