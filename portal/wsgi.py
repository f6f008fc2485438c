"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

from portal.checks import refuse_demonstration_accounts  # noqa: E402  (models can be asked only now)

refuse_demonstration_accounts()
