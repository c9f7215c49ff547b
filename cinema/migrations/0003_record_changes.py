"""The triggers that write the audit trail, and the one that keeps it as it is.

Nothing is recorded when somebody buys: no trigger looks at a new booking or ticket, at a hold that
is paid for, or at one whose time is over. What was sold says so itself.
"""

from django.db import migrations

# `pghistory.context` puts who acts into the two settings. The function's arguments are listed
# at `Recorded` below.
RECORD = """
CREATE FUNCTION cinema_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known_by text[] := string_to_array(TG_ARGV[3], ',');
    ignored text[] := string_to_array(TG_ARGV[4], ',');
    secret text[] := string_to_array(TG_ARGV[5], ',');
    old_row jsonb := '{}';
    new_row jsonb := '{}';
    whole jsonb;
    differs text[];
    acting jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - ignored; END IF;
    IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - ignored; END IF;
    whole := CASE TG_OP WHEN 'DELETE' THEN old_row ELSE new_row END;
    SELECT array_agg(column_name) INTO differs FROM jsonb_object_keys(whole) AS column_name
    WHERE old_row -> column_name IS DISTINCT FROM new_row -> column_name;
    IF differs IS NULL THEN RETURN NULL; END IF;

    INSERT INTO cinema_change
        (at, action, kind, object_id, part, about, before, after, user_id, context_id, context)
    SELECT now(), lower(TG_OP), TG_ARGV[0], whole ->> TG_ARGV[1], TG_ARGV[2],
        (SELECT coalesce(jsonb_object_agg(key, value), '{}')
         FROM jsonb_each(whole) WHERE key = ANY (known_by)),
        (SELECT coalesce(jsonb_object_agg(
            key, CASE WHEN key <> ALL (secret) THEN value ELSE 'null' END), '{}')
         FROM jsonb_each(old_row) WHERE key = ANY (differs)),
        (SELECT coalesce(jsonb_object_agg(
            key, CASE WHEN key <> ALL (secret) THEN value ELSE 'null' END), '{}')
         FROM jsonb_each(new_row) WHERE key = ANY (differs)),
        (acting ->> 'user')::bigint,
        nullif(current_setting('pghistory.context_id', true), '')::uuid,
        acting;
    RETURN NULL;
END
$$
"""

REFUSE = """
CREATE FUNCTION cinema_keep_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cinema_change
FOR EACH STATEMENT EXECUTE FUNCTION cinema_keep_changes()
"""

ANY_CHANGE = "INSERT OR DELETE OR UPDATE"
SOLD_OR_DROPPED = "OLD.status = 'held' AND NEW.status IN ('confirmed', 'expired')"


class Recorded:
    """`key`: the column with the object's id; `about`: the columns that the row is known by;
    `secret`: what is recorded without its value."""

    def __init__(
        self, table, kind, *, about, key="id", part="", ignored="", secret="",
        when=ANY_CHANGE, condition="",
    ):
        arguments = ", ".join(
            f"'{argument}'" for argument in (kind, key, part, about, ignored, secret)
        )
        self.create = (
            f"CREATE TRIGGER record_change AFTER {when} ON {table} FOR EACH ROW "
            f"{condition and f'WHEN ({condition}) '}"
            f"EXECUTE FUNCTION cinema_record_change({arguments})"
        )
        self.drop = f"DROP TRIGGER record_change ON {table}"


RECORDED = [
    Recorded("movies_movie", "movies.movie", about="name,year"),
    Recorded(
        "movies_movietranslation", "movies.movie", key="movie_id", part="translations",
        about="language",
    ),
    Recorded("movies_hall", "movies.hall", about="name"),
    Recorded("movies_seat", "movies.hall", key="hall_id", part="seats", about="id,row,number"),
    Recorded("movies_seatcategory", "movies.seatcategory", about="name"),
    Recorded("movies_seance", "movies.seance", about="movie_id,hall_id,starts_at"),
    Recorded(
        "auth_user", "auth.user", about="username", ignored="last_login", secret="password"
    ),
    Recorded("auth_user_groups", "auth.user", key="user_id", part="groups", about="group_id"),
    Recorded(
        "auth_user_user_permissions", "auth.user", key="user_id", part="user_permissions",
        about="permission_id",
    ),
    Recorded("auth_group", "auth.group", about="name"),
    Recorded(
        "auth_group_permissions", "auth.group", key="group_id", part="permissions",
        about="permission_id",
    ),
    Recorded(
        "bookings_booking", "bookings.booking", about="seance_id", when="UPDATE",
        condition=f"OLD.* IS DISTINCT FROM NEW.* AND NOT ({SOLD_OR_DROPPED})",
    ),
    Recorded(
        "bookings_ticket", "bookings.booking", key="booking_id", part="tickets",
        about="id,code,seat_id", when="UPDATE",
        condition="OLD.* IS DISTINCT FROM NEW.* AND OLD.held_until IS NULL",
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("cinema", "0002_roles"),
        ("movies", "0001_initial"),
        ("bookings", "0003_box_office"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(RECORD, "DROP FUNCTION cinema_record_change()"),
        migrations.RunSQL(
            REFUSE, "DROP TRIGGER append_only ON cinema_change; DROP FUNCTION cinema_keep_changes()"
        ),
        *(migrations.RunSQL(recorded.create, recorded.drop) for recorded in RECORDED),
    ]
