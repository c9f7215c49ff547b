"""The posters of the demonstration programme, drawn by the project in one style.

A motif of flat shapes above, a slab with the title in the house alphabet below. After a change,
`python -m movies.seeding.posters` writes the files anew; the same drawing gives the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from movies.seeding import lettering
from movies.seeding.films import FILMS, Film
from movies.seeding.motifs import faces, houses, machines, shadows, skies
from movies.seeding.motifs.shapes import HEIGHT, WIDTH, Palette, rect

FOLDER = Path(__file__).resolve().parent.parent / "static" / "movies" / "posters"

MARGIN = 40
BASELINE = HEIGHT - 40
LINE_HEIGHTS = {1: 132, 2: 94, 3: 72}
LINE_GAP = 16


@dataclass(frozen=True, slots=True)
class Poster:
    title: tuple[str, ...]
    """The Russian title, as it is broken into lines."""
    palette: Palette
    motif: Callable[[Palette], str]


POSTERS: dict[str, Poster] = {
    "aelita": Poster(
        ("Аэлита",),
        Palette("#1b2a52", "#d8342b", "#e9a63a", "#f6ead0", "#0d1430"),
        skies.queen_of_mars,
    ),
    "battleship-potemkin": Poster(
        ("Броненосец", "Потёмкин"),
        Palette("#9fb4ba", "#56707f", "#cf2e1f", "#f3e8cf", "#17222b"),
        machines.battleship,
    ),
    "man-with-a-movie-camera": Poster(
        ("Человек", "с киноаппаратом"),
        Palette("#f0b323", "#e2891b", "#d23b1f", "#fbf1d8", "#16181c"),
        machines.movie_camera,
    ),
    "metropolis": Poster(
        ("Метрополис",),
        Palette("#122c3f", "#9a7a35", "#d9ae55", "#f7e6b4", "#0a1823"),
        houses.city_of_machines,
    ),
    "nosferatu": Poster(
        ("Носферату", "симфония ужаса"),
        Palette("#6f8f5c", "#3c5a3d", "#a9bf76", "#eef0c4", "#0f1a13"),
        shadows.vampire,
    ),
    "cabinet-of-dr-caligari": Poster(
        ("Кабинет", "доктора", "Калигари"),
        Palette("#3f6f73", "#c9a24a", "#e4572e", "#f3e7c3", "#171a21"),
        houses.crooked_town,
    ),
    "the-general": Poster(
        ("Генерал",),
        Palette("#f2a33a", "#e07b2a", "#e0402a", "#fbeccb", "#16263d"),
        machines.locomotive,
    ),
    "safety-last": Poster(
        ("Наконец", "в безопасности!"),
        Palette("#4fa3b5", "#8fcad1", "#e2512f", "#fbf2da", "#12303d"),
        machines.clock,
    ),
    "the-kid": Poster(
        ("Малыш",),
        Palette("#d99058", "#c87a44", "#4f9aa0", "#f9e7c6", "#2a1a17"),
        faces.tramp_and_kid,
    ),
    "the-gold-rush": Poster(
        ("Золотая", "лихорадка"),
        Palette("#7fb0c4", "#35688a", "#f2b63c", "#fbf7ea", "#132c44"),
        houses.cabin,
    ),
    "sherlock-jr": Poster(
        ("Шерлок-", "младший"),
        Palette("#57505f", "#8c6f4a", "#d9a05b", "#f5e6c8", "#1c1820"),
        faces.great_stone_face,
    ),
    "a-trip-to-the-moon": Poster(
        ("Путешествие", "на Луну"),
        Palette("#1f2f63", "#d8412f", "#f0c04c", "#fbf0cf", "#10163a"),
        skies.moon_face,
    ),
    "adventures-of-prince-achmed": Poster(
        ("Приключения", "принца Ахмеда"),
        Palette("#2b4a8b", "#6a4c93", "#e5643c", "#fbd87f", "#140f26"),
        shadows.flying_horse,
    ),
    "sunrise": Poster(
        ("Восход", "солнца"),
        Palette("#f6b55c", "#ef8f4d", "#e4572e", "#fdebb9", "#2b2350"),
        skies.sun_on_the_water,
    ),
    "passion-of-joan-of-arc": Poster(
        ("Страсти", "Жанны", "д’Арк"),
        Palette("#e9e2d3", "#c62c1d", "#b9b2a4", "#fffaf0", "#1b1a1c"),
        faces.saint,
    ),
    "faust": Poster(
        ("Фауст",),
        Palette("#b3261e", "#d9482b", "#f0a03c", "#f9e2b0", "#190c10"),
        shadows.dark_cloak,
    ),
    "phantom-of-the-opera": Poster(
        ("Призрак", "Оперы"),
        Palette("#5b0f1c", "#a3182a", "#e0a63f", "#f8ecd2", "#1d0810"),
        shadows.mask,
    ),
    "wings": Poster(
        ("Крылья",),
        Palette("#5d9cc0", "#f6c85f", "#ef8d3b", "#fbf3df", "#1c2b3f"),
        machines.biplane,
    ),
    "night-of-the-living-dead": Poster(
        ("Ночь живых", "мертвецов"),
        Palette("#2d3a2a", "#5c7a2e", "#b9d531", "#f5f7c8", "#0c100c"),
        shadows.graveyard,
    ),
    "charade": Poster(
        ("Шарада",),
        Palette("#f28f7c", "#e4544c", "#f7b32b", "#fdeedd", "#1f2440"),
        faces.dark_glasses,
    ),
    "his-girl-friday": Poster(
        ("Его девушка", "Пятница"),
        Palette("#5fa3a3", "#c9bda4", "#d63c2c", "#f7f0df", "#1d1f24"),
        houses.newsroom,
    ),
    "house-on-trubnaya": Poster(
        ("Дом на", "Трубной"),
        Palette("#86b6b0", "#d9653b", "#f6c544", "#fcf2dc", "#20303a"),
        houses.staircase,
    ),
    "strike": Poster(
        ("Стачка",),
        Palette("#e3d3b0", "#b08d68", "#cc3322", "#f8efd9", "#1a1b1e"),
        machines.cogwheel,
    ),
    "nanook-of-the-north": Poster(
        ("Нанук", "с Севера"),
        Palette("#1f4468", "#2f8f9d", "#7bd3b0", "#f2fbf7", "#0c1f33"),
        skies.igloo,
    ),
}


def draw(film: Film) -> str:
    """The poster of one of FILMS as an SVG document."""
    poster = POSTERS[film.slug]
    title = escape(f"{film.name_ru} ({film.year})")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{title}</title>"
        f"{rect(0, 0, WIDTH, HEIGHT, poster.palette.back)}"
        f"{poster.motif(poster.palette)}"
        f"{_slab(film, poster)}</svg>\n"
    )


def _slab(film: Film, poster: Poster) -> str:
    """The title, and under it the original one with the year."""
    ink = poster.palette
    height = LINE_HEIGHTS[len(poster.title)]
    first = BASELINE - 66 - len(poster.title) * (height + LINE_GAP) + LINE_GAP
    top = first - 34
    width = WIDTH - 2 * MARGIN
    lines = "".join(
        lettering.line(text, MARGIN, first + row * (height + LINE_GAP), width, height, ink.light)
        for row, text in enumerate(poster.title)
    )
    return (
        f"{rect(0, top, WIDTH, HEIGHT - top, ink.dark)}"
        f"{rect(0, top, WIDTH, 8, ink.accent)}"
        f"{lines}{_caption(film, ink)}"
    )


def _caption(film: Film, ink: Palette) -> str:
    """A Russian film has no other title: its director stands there."""
    text = film.director_ru if film.original_title == film.name_ru else film.original_title
    size = min(27, 690 / len(text))
    # Browsers' sans-serifs differ in width; a long title must not run into the year.
    fit = f' textLength="{0.56 * size * len(text):.0f}" lengthAdjust="spacingAndGlyphs"'
    year = lettering.line(str(film.year), WIDTH - MARGIN - 104, BASELINE - 32, 104, 32, ink.accent)
    return (
        f'<text x="{MARGIN}" y="{BASELINE - 2}" fill="{ink.light}" font-family="sans-serif" '
        f'font-weight="700" font-size="{size:.1f}"{fit if len(text) > 20 else ""}>'
        f"{escape(text)}</text>{year}"
    )


def write_all() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for film in FILMS:
        (FOLDER / f"{film.slug}.svg").write_text(draw(film), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_all()
