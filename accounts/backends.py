"""Sign-in by name and password; each request reads the person together with the office and its region."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from accounts.models import User


class PersonBackend(ModelBackend):
    """Nearly every page asks for the office: one question instead of three."""

    def get_user(self, user_id):
        person = User.objects.select_related("office__region").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None

    def _get_user_permissions(self, user_obj):
        """Rights are given to posts (groups), never to one person: that question is not asked."""
        return Permission.objects.none()
