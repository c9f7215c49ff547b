"""The triggers that write the audit trail, and the one that keeps it as it is.

Nothing is recorded when somebody buys: no trigger looks at a new booking or ticket, at a hold that
is paid for, or at one whose time is over. What was sold says so itself.

Each statement is a transaction of its own, and can be run again when one after it failed: together
they would lock all of these tables until the last one, and whoever sells takes them in another
order.
"""

from django.db import migrations

# `pghistory.context` puts who acts into the two settings. The function's arguments are listed
# at `Recorded` below.
RECORD = """
CREATE OR REPLACE FUNCTION cinema_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION cinema_keep_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON cinema_change
FOR EACH STATEMENT EXECUTE FUNCTION cinema_keep_changes()
"""

NOTED_AT_LOGIN = "last_used_at,throttling_failure_timestamp,throttling_failure_count"
ANY_CHANGE = "INSERT OR DELETE OR UPDATE"
SOLD_OR_DROPPED = """
OLD.status = 'held' AND NEW.status IN ('confirmed', 'expired')
AND (OLD.seance_id, OLD.hall_id, OLD.email, OLD.total, OLD.sold_by_id, OLD.paid_by, OLD.created_at)
    IS NOT DISTINCT FROM
    (NEW.seance_id, NEW.hall_id, NEW.email, NEW.total, NEW.sold_by_id, NEW.paid_by, NEW.created_at)
"""
NOT_ONLY_SOLD_OR_DROPPED = """
OLD.held_until IS NULL OR (OLD.booking_id, OLD.seance_id, OLD.seat_id, OLD.price, OLD.code)
    IS DISTINCT FROM (NEW.booking_id, NEW.seance_id, NEW.seat_id, NEW.price, NEW.code)
"""


class Recorded:
    """`key`: the column with the object's id; `about`: the columns that the row is known by;
    `secret`: what is recorded without its value; `name`: the trigger's, where a table has two."""

    def __init__(
        self, table, kind, *, about, key="id", part="", ignored="", secret="",
        when=ANY_CHANGE, condition="", name="record_change",
    ):
        arguments = ", ".join(
            f"'{argument}'" for argument in (kind, key, part, about, ignored, secret)
        )
        self.create = (
            f"CREATE OR REPLACE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW "
            f"{condition and f'WHEN ({condition}) '}"
            f"EXECUTE FUNCTION cinema_record_change({arguments})"
        )
        self.drop = f"DROP TRIGGER IF EXISTS {name} ON {table}"


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
    Recorded(
        "otp_totp_totpdevice", "auth.user", key="user_id", part="totpdevice", about="",
        ignored=f"{NOTED_AT_LOGIN},drift,last_t", secret="key",
    ),
    Recorded(
        "otp_static_staticdevice", "auth.user", key="user_id", part="staticdevice", about="",
        ignored=NOTED_AT_LOGIN,
    ),
    Recorded(
        "knox_authtoken", "auth.user", key="user_id", part="auth_token_set", about="created",
        secret="digest,token_key",
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
        "bookings_booking", "bookings.booking", about="seance_id", when="DELETE",
        condition="OLD.confirmed_at IS NOT NULL OR OLD.status = 'blocked'",
        name="record_deletion",
    ),
    Recorded(
        "bookings_ticket", "bookings.booking", key="booking_id", part="tickets",
        about="id,code,seat_id", when="UPDATE",
        condition=f"OLD.* IS DISTINCT FROM NEW.* AND ({NOT_ONLY_SOLD_OR_DROPPED})",
    ),
    Recorded(
        "bookings_ticket", "bookings.booking", key="booking_id", part="tickets",
        about="id,code,seat_id", when="DELETE", condition="OLD.held_until IS NULL",
        name="record_deletion",
    ),
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("cinema", "0002_roles"),
        ("movies", "0001_initial"),
        ("bookings", "0003_box_office"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("otp_totp", "0003_add_timestamps"),
        ("otp_static", "0003_add_timestamps"),
        ("knox", "0009_extend_authtoken_field"),
    ]

    operations = [
        migrations.RunSQL(RECORD, "DROP FUNCTION IF EXISTS cinema_record_change()"),
        migrations.RunSQL(
            REFUSE,
            "DROP TRIGGER IF EXISTS append_only ON cinema_change; "
            "DROP FUNCTION IF EXISTS cinema_keep_changes()",
        ),
        *(migrations.RunSQL(recorded.create, recorded.drop) for recorded in RECORDED),
    ]
