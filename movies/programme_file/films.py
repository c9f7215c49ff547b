"""The films of a file: what all rows say about each, what of it is new, and entering that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext as _

from movies import programme
from movies.models import Movie, MovieTranslation
from movies.programme_file import columns
from movies.programme_file.imported import Change, Changes
from movies.programme_file.rows import FilmKey, Said
from movies.programme_file.text import plain

Texts = dict[str, str]


@dataclass(slots=True)
class Film:
    """`rows`: all that name it. `says`: for each column, the value and the first row with it.
    `movie`: as it will be, None where nobody can tell. `changes`: what differs from the film that
    there is; `fields` and `translations`: what is to be written for that."""

    key: FilmKey
    rows: list[Said] = field(default_factory=list)
    says: dict[str, tuple[Any, Said]] = field(default_factory=dict)
    movie: Movie | None = None
    change: Change = Change.NONE
    changes: Changes = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    translations: dict[str, Texts] | None = None

    def hear(self, said: Said) -> None:
        self.rows.append(said)
        for column, value in said.texts.items():
            first_value, first = self.says.setdefault(column, (value, said))
            if value != first_value:
                said.mistake(
                    column,
                    _("line %(line)d says something else about the same film")
                    % {"line": first.row.line},
                )

    def mistake(self, column: str, reason: str) -> None:
        said = self.says[column][1] if column in self.says else self.rows[0]
        said.mistake(column, reason)

    @property
    def length_is_known(self) -> bool:
        """While it isn't, nobody can tell whether showings overlap."""
        return not any(said.wrong(columns.DURATION) for said in self.rows)

    @property
    def is_of_another_length(self) -> bool:
        """Than the film that there is, so its showings end at another time."""
        return self.change is Change.CHANGED and columns.DURATION in self.fields

    def save(self) -> None:
        if self.movie and self.change is Change.CREATED:
            created = programme.movie_create(translations=self.translations, **self.fields)
            self.movie.pk = created.pk
        elif self.movie and self.change is Change.CHANGED:
            programme.movie_update(self.movie.pk, translations=self.translations, **self.fields)


def films_of(rows: Iterable[Said]) -> dict[FilmKey, Film]:
    """The films by name and year, in the order of the file."""
    films: dict[FilmKey, Film] = {}
    for said in rows:
        if said.film is not None:
            films.setdefault(said.film, Film(said.film)).hear(said)
    return films


class BadFilm(Exception):
    """Which column makes it so, and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


class KnownFilms:
    """What the database has."""

    def __init__(self) -> None:
        self.by_key: dict[FilmKey, list[Movie]] = {}
        self.names: set[str] = set()
        for movie in Movie.objects.prefetch_related("translations").order_by("id"):
            name = plain(movie.name)
            self.by_key.setdefault((name, movie.year), []).append(movie)
            self.names.add(name)

    def find(self, key: FilmKey) -> Movie | None:
        """The film, or None for a new one. Raises BadFilm when nobody can tell."""
        found = self.by_key.get(key, [])
        if len(found) > 1:
            raise BadFilm(columns.NAME, _("several films have this name and year: rename one"))
        name, year = key
        if not found and year is None and name in self.names:
            raise BadFilm(columns.YEAR, _("there is a film of this name: give its year"))
        return found[0] if found else None


def look_at(film: Film, known: KnownFilms) -> None:
    """Works out what becomes of it, and notes mistakes in its rows. What is right is taken all the
    same, so that the showings can be looked at too."""
    try:
        _look_at(film, known.find(film.key))
    except BadFilm as bad:
        film.mistake(bad.column, str(bad))


def _look_at(film: Film, found: Movie | None) -> None:
    says = {column: value for column, (value, _said) in film.says.items()}
    there = _translated(found)
    texts = _new_texts(there, says)
    translations = _with(there, texts) if texts else None
    movie = found or Movie()
    fields = {
        column: value
        for column, value in says.items()
        if column not in columns.TRANSLATIONS and _differs(getattr(movie, column), value)
    }
    if found is None:
        fields[columns.NAME], fields[columns.YEAR] = film.key
    for column, reason in _problems(movie, fields, translations).items():
        film.mistake(column, reason)
        if column in (columns.NAME, columns.YEAR):
            return
        if column in columns.TRANSLATIONS:
            translations, texts = None, {}
        fields.pop(column, None)
    film.fields, film.translations = fields, translations
    film.movie = Movie(**{**_stored(movie), **fields})
    if found is None:
        film.change = Change.CREATED
    elif fields or translations:
        film.change = Change.CHANGED
        before = {column: getattr(found, column) for column in fields}
        film.changes = {
            column: (_words(before[column]), _words(value)) for column, value in fields.items()
        } | texts


def _words(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


def _translated(movie: Movie | None) -> dict[str, Texts]:
    """The translations that the film has, by language."""
    there = movie.translations.all() if movie else ()
    return {
        one.language: {name: getattr(one, name) for name in columns.TRANSLATED} for one in there
    }


def _new_texts(there: Mapping[str, Texts], says: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The translated texts that differ: by column, from what, to what."""
    before = {
        column: there.get(language, {}).get(name, "")
        for column, (name, language) in columns.TRANSLATIONS.items()
    }
    return {
        column: (text, says[column])
        for column, text in before.items()
        if column in says and _differs(text, says[column])
    }


def _with(there: Mapping[str, Texts], texts: Mapping[str, tuple[str, str]]) -> dict[str, Texts]:
    """All translations the film shall have."""
    wanted = {language: dict(names) for language, names in there.items()}
    for column, (_before, text) in texts.items():
        name, language = columns.TRANSLATIONS[column]
        wanted.setdefault(language, {})[name] = text
    return wanted


def _differs(stored: Any, said: Any) -> bool:
    return bool((plain(stored) if isinstance(stored, str) else stored) != said)


def _problems(
    movie: Movie, fields: dict[str, Any], translations: dict[str, Texts] | None
) -> dict[str, str]:
    """Why the models would refuse what shall be written, by column."""
    changed = Movie(**{**_stored(movie), **fields})
    problems = {**_field_problems(changed, fields), **_constraint_problems(changed, fields)}
    for language, texts in (translations or {}).items():
        translation = MovieTranslation(language=language, **texts)
        for name, reason in _field_problems(translation, texts | {"name": ""}).items():
            problems[columns.translation_column(name, language)] = reason
    return problems


def _stored(movie: Movie) -> dict[str, Any]:
    return {one.attname: getattr(movie, one.attname) for one in Movie._meta.concrete_fields}


def _field_problems(
    instance: Movie | MovieTranslation, written: Mapping[str, Any]
) -> dict[str, str]:
    others = {one.name for one in instance._meta.concrete_fields} - written.keys()
    try:
        instance.clean_fields(exclude=others)
    except ValidationError as error:
        return {name: " ".join(reasons) for name, reasons in error.message_dict.items()}
    return {}


def _constraint_problems(movie: Movie, written: Mapping[str, Any]) -> dict[str, str]:
    """Each is told at the column that the constraint is about."""
    problems = {}
    for constraint in Movie._meta.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        about = Q(constraint.condition).referenced_base_fields & written.keys()
        try:
            if about:
                constraint.validate(Movie, movie)
        except ValidationError as error:
            problems[min(about)] = " ".join(error.messages)
    return problems
