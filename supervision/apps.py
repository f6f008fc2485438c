from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "监督"

    def ready(self):
        from reporting.desk import QUESTIONS
        from supervision.desk import sanctions

        QUESTIONS.append(sanctions)
