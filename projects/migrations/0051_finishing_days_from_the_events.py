"""Projects that were completed before the day was kept: it stands in the event of their completion."""

from django.db import migrations

DATED = """
UPDATE projects_project AS project
   SET finished_on = COALESCE(
       (SELECT (max(event.at) AT TIME ZONE 'Asia/Shanghai')::date
          FROM portal_event AS event
          JOIN django_content_type AS kind ON kind.id = event.content_type_id
         WHERE kind.app_label = 'projects' AND kind.model = 'project'
           AND event.object_id = project.id AND event.target = 'completed'),
       project.started_on)
 WHERE project.status = 'completed' AND project.finished_on IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0050_project_life"),
    ]

    operations = [migrations.RunSQL(DATED, migrations.RunSQL.noop)]
