"""What the triggers write. The database refuses to change or delete any of it, but for TRUNCATE by
the owner of the tables, who could drop the triggers as well."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    INSERT = "insert", _("added")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("deleted")


class Change(models.Model):
    """One row of one table, before and after.

    `before` and `after` have only the columns that differ; all of them when the row is new or
    gone. What has no page of its own (a film's translation, a hall's seat, a booking's ticket, an
    account's role) is a `part` of what has, and `kind` and `object_id` are the whole's.
    """

    at = models.DateTimeField(_("when"))
    action = models.CharField(_("action"), max_length=6, choices=Action)
    kind = models.CharField(_("what kind"), max_length=50)  # a model's label, "movies.movie"
    object_id = models.CharField(_("object"), max_length=36)
    part = models.CharField(max_length=50)
    about = models.JSONField()  # the columns that the row is known by, as they were then
    before = models.JSONField()
    after = models.JSONField()
    # No foreign key: the trail outlives accounts. The name stands in `context`.
    user_id = models.BigIntegerField(_("who"), null=True)
    context_id = models.UUIDField(null=True)
    context = models.JSONField(null=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("audit trail")
        default_permissions = ("view",)
        ordering = ["-at", "-id"]
        # Each serves a way to filter the page of the trail, newest first.
        indexes = [
            models.Index(name="change_at", fields=["at", "id"]),
            models.Index(name="change_by", fields=["user_id", "at", "id"]),
            models.Index(name="change_by_of_kind", fields=["user_id", "kind", "at", "id"]),
            models.Index(name="change_of_kind", fields=["kind", "at", "id"]),
            models.Index(name="change_of_object", fields=["kind", "object_id", "at", "id"]),
            # What an object that is gone was called.
            models.Index(
                name="change_that_deleted",
                fields=["kind", "object_id"],
                condition=models.Q(action="delete", part=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.action}"
