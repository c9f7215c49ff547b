"""The films of the demonstration programme: real ones, free to show.

All were published before 1930 or have fallen into the public domain in the United States.
Durations are those of the restored version that cinemas usually get; a silent film runs longer
or shorter with the projection speed, so other sources may differ by some minutes.
"""

from dataclasses import dataclass
from typing import Literal

Genre = Literal[
    "action",
    "adventure",
    "animation",
    "biography",
    "comedy",
    "crime",
    "documentary",
    "drama",
    "family",
    "fantasy",
    "history",
    "horror",
    "musical",
    "mystery",
    "romance",
    "scifi",
    "short",
    "thriller",
    "war",
    "western",
]
AgeRating = Literal["0+", "6+", "12+", "16+", "18+"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    slug: str
    name_ru: str
    name_en: str
    original_title: str
    year: int
    duration_minutes: int
    country: tuple[str, ...]
    """ISO 3166-1 alpha-2 codes; SU, the reserved code of the Soviet Union, for Soviet films."""
    director_ru: str
    director_en: str
    genres: tuple[Genre, ...]
    age_rating: AgeRating
    language: str
    """What is spoken or, in a silent film, written on the intertitles."""
    description_ru: str
    description_en: str


FILMS: tuple[Film, ...] = (
    Film(
        slug="aelita",
        name_ru="Аэлита",
        name_en="Aelita",
        original_title="Аэлита",
        year=1924,
        duration_minutes=113,
        country=("SU",),
        director_ru="Яков Протазанов",
        director_en="Yakov Protazanov",
        genres=("scifi", "drama"),
        age_rating="12+",
        language="ru",
        description_ru=(
            "Московский инженер Лось ловит загадочный радиосигнал и бредит Марсом, а с Марса "
            "за ним в телескоп наблюдает царица Аэлита. Первый советский фантастический "
            "полнометражный фильм соединил быт нэповской Москвы с ослепительной "
            "конструктивистской планетой. Марсианские костюмы Александры Экстер и сегодня "
            "выглядят так, будто прибыли из будущего."
        ),
        description_en=(
            "A Moscow engineer picks up a baffling radio signal and begins to dream of Mars, where "
            "Queen Aelita is watching him through a telescope. The first Soviet science-fiction "
            "feature sets the everyday bustle of the NEP years against a dazzling constructivist "
            "planet. Alexandra Exter's Martian costumes still look as if they came from the future."
        ),
    ),
    Film(
        slug="battleship-potemkin",
        name_ru="Броненосец «Потёмкин»",
        name_en="Battleship Potemkin",
        original_title="Броненосец «Потёмкин»",
        year=1925,
        duration_minutes=74,
        country=("SU",),
        director_ru="Сергей Эйзенштейн",
        director_en="Sergei Eisenstein",
        genres=("drama", "history", "war"),
        age_rating="12+",
        language="ru",
        description_ru=(
            "1905 год: матросы броненосца отказываются есть гнилое мясо, и вспыхивает бунт, за "
            "которым следит вся Одесса. Пять частей картины смонтированы так, что сердце бьётся "
            "в ритме кадров. Сцену на одесской лестнице цитируют уже сто лет, но на большом "
            "экране она по-прежнему застаёт врасплох."
        ),
        description_en=(
            "In 1905 the crew of a battleship refuses to eat rotten meat, and a mutiny breaks out "
            "while all of Odessa looks on. Its five acts are cut so that the pulse follows the "
            "images. The sequence on the Odessa steps has been quoted for a century, and on a big "
            "screen it still catches the viewer off guard."
        ),
    ),
    Film(
        slug="man-with-a-movie-camera",
        name_ru="Человек с киноаппаратом",
        name_en="Man with a Movie Camera",
        original_title="Человек с киноаппаратом",
        year=1929,
        duration_minutes=68,
        country=("SU",),
        director_ru="Дзига Вертов",
        director_en="Dziga Vertov",
        genres=("documentary",),
        age_rating="12+",
        language="ru",
        description_ru=(
            "День большого города от пробуждения до вечера — без актёров, декораций и надписей. "
            "Оператор Михаил Кауфман взбирается на мосты и трубы, а монтаж Елизаветы Свиловой "
            "заставляет улицы, станки и лица танцевать. Фильм о том, как смотрит кино, — и один "
            "из самых весёлых экспериментов в его истории."
        ),
        description_en=(
            "A day of a great city from waking to evening, with no actors, sets or intertitles. "
            "Cameraman Mikhail Kaufman climbs bridges and chimneys, while Elizaveta Svilova's "
            "editing makes streets, machines and faces dance. It is a film about how cinema looks "
            "at the world, and one of the most joyful experiments ever made with it."
        ),
    ),
    Film(
        slug="metropolis",
        name_ru="Метрополис",
        name_en="Metropolis",
        original_title="Metropolis",
        year=1927,
        duration_minutes=148,
        country=("DE",),
        director_ru="Фриц Ланг",
        director_en="Fritz Lang",
        genres=("scifi", "drama"),
        age_rating="12+",
        language="de",
        description_ru=(
            "Наверху — сады и небоскрёбы, внизу — машины, которые кормят город и пожирают людей. "
            "Сын хозяина Метрополиса спускается под землю вслед за девушкой, а изобретатель "
            "Ротванг готовит свою металлическую женщину. В восстановленной версии вернулись "
            "сцены, найденные в Буэнос-Айресе через восемьдесят лет после премьеры."
        ),
        description_en=(
            "Above are gardens and skyscrapers; below, the machines that feed the city and devour "
            "its people. The son of the city's master follows a young woman underground, while the "
            "inventor Rotwang prepares his woman of metal. The restored version brings back scenes "
            "found in Buenos Aires eighty years after the premiere."
        ),
    ),
    Film(
        slug="nosferatu",
        name_ru="Носферату, симфония ужаса",
        name_en="Nosferatu",
        original_title="Nosferatu, eine Symphonie des Grauens",
        year=1922,
        duration_minutes=94,
        country=("DE",),
        director_ru="Фридрих Вильгельм Мурнау",
        director_en="F. W. Murnau",
        genres=("horror", "fantasy"),
        age_rating="12+",
        language="de",
        description_ru=(
            "Молодой Хуттер едет в Карпаты, чтобы продать дом нелюдимому графу Орлоку, и слишком "
            "поздно понимает, кого нашёл в покупатели. Мурнау снимал ужас не в "
            "павильоне, а среди настоящих гор, замков и узких улиц. Макс Шрек создал вампира, "
            "которого невозможно забыть, — одним движением длинных пальцев."
        ),
        description_en=(
            "Young Hutter travels to the Carpathians to sell a house to the reclusive Count Orlok, "
            "and learns too late what kind of client he has found. Murnau took horror out of the "
            "studio, among real mountains, castles and narrow streets. With one movement of his "
            "long fingers Max Schreck made a vampire nobody forgets."
        ),
    ),
    Film(
        slug="cabinet-of-dr-caligari",
        name_ru="Кабинет доктора Калигари",
        name_en="The Cabinet of Dr. Caligari",
        original_title="Das Cabinet des Dr. Caligari",
        year=1920,
        duration_minutes=77,
        country=("DE",),
        director_ru="Роберт Вине",
        director_en="Robert Wiene",
        genres=("horror", "mystery"),
        age_rating="12+",
        language="de",
        description_ru=(
            "На ярмарке в городке Хольстенвалль доктор Калигари показывает сомнамбулу, который "
            "предсказывает будущее, — и вскоре предсказания начинают сбываться. Дома здесь "
            "падают набок, тени нарисованы прямо на стенах, а верить нельзя даже рассказчику. "
            "С этого фильма начался экспрессионизм в кино."
        ),
        description_en=(
            "At a fair in the town of Holstenwall Dr. Caligari exhibits a sleepwalker who tells "
            "the future, and soon the predictions come true. Houses lean, shadows are painted "
            "straight onto the walls, and nothing in the tale can be quite trusted. Expressionism "
            "in cinema begins here."
        ),
    ),
    Film(
        slug="the-general",
        name_ru="Генерал",
        name_en="The General",
        original_title="The General",
        year=1926,
        duration_minutes=79,
        country=("US",),
        director_ru="Бастер Китон, Клайд Брукман",
        director_en="Buster Keaton, Clyde Bruckman",
        genres=("comedy", "action", "war"),
        age_rating="6+",
        language="en",
        description_ru=(
            "У машиниста Джонни Грея две любви: Аннабель и паровоз «Генерал». Когда идёт "
            "Гражданская война и лазутчики северян угоняют паровоз, он бросается в погоню "
            "в одиночку. Китон исполнил трюки сам, на настоящих поездах и на полном ходу, — "
            "и ни разу не улыбнулся."
        ),
        description_en=(
            "Engine driver Johnnie Gray has two loves: Annabelle and a locomotive called the "
            "General. When Union spies steal the engine in the middle of the Civil War, he sets "
            "off after them alone. Keaton did the stunts himself, on real trains at full speed, "
            "and never once smiled."
        ),
    ),
    Film(
        slug="safety-last",
        name_ru="Наконец в безопасности!",
        name_en="Safety Last!",
        original_title="Safety Last!",
        year=1923,
        duration_minutes=73,
        country=("US",),
        director_ru="Фред Ньюмейер, Сэм Тейлор",
        director_en="Fred C. Newmeyer, Sam Taylor",
        genres=("comedy", "romance", "thriller"),
        age_rating="6+",
        language="en",
        description_ru=(
            "Продавец из универмага пишет невесте, что стал большим начальником, — и однажды она "
            "приезжает посмотреть. Чтобы заработать тысячу долларов, ему приходится лезть на "
            "двенадцатиэтажный дом, где на каждом этаже ждёт новая беда. Гарольд Ллойд и стрелка "
            "часов — кадр, который знают даже те, кто не видел фильма."
        ),
        description_en=(
            "A shop assistant writes home that he has become a big boss, and one day his fiancée "
            "comes to see for herself. To earn a thousand dollars he ends up climbing a "
            "twelve-storey building with fresh trouble on every floor. Harold Lloyd and the hand "
            "of the clock make a picture known even to those who have never seen the film."
        ),
    ),
    Film(
        slug="the-kid",
        name_ru="Малыш",
        name_en="The Kid",
        original_title="The Kid",
        year=1921,
        duration_minutes=53,
        country=("US",),
        director_ru="Чарли Чаплин",
        director_en="Charlie Chaplin",
        genres=("comedy", "drama", "family"),
        age_rating="0+",
        language="en",
        description_ru=(
            "Бродяга находит подкидыша и, сам того не желая, становится отцом. Через пять лет "
            "у них налаженное дело: малыш бьёт окна, а Бродяга их вставляет. Первая большая "
            "картина Чаплина-режиссёра смешит и заставляет плакать — иногда в одной сцене."
        ),
        description_en=(
            "The Tramp finds an abandoned baby and becomes a father before he knows it. Five years "
            "on they run a tidy business: the kid breaks windows and the Tramp mends them. "
            "Chaplin's first feature as director brings laughter and tears, sometimes within "
            "one scene."
        ),
    ),
    Film(
        slug="the-gold-rush",
        name_ru="Золотая лихорадка",
        name_en="The Gold Rush",
        original_title="The Gold Rush",
        year=1925,
        duration_minutes=88,
        country=("US",),
        director_ru="Чарли Чаплин",
        director_en="Charlie Chaplin",
        genres=("comedy", "adventure", "romance"),
        age_rating="0+",
        language="en",
        description_ru=(
            "Маленький старатель в котелке отправляется за золотом на Аляску, а находит метель, "
            "голод и любовь. Здесь подают варёный башмак, танцуют булочки на вилках, а хижина "
            "качается над пропастью. Показываем немую версию 1925 года, восстановленную кадр "
            "за кадром."
        ),
        description_en=(
            "A little prospector in a bowler hat goes to Alaska for gold and finds a blizzard, "
            "hunger and love. A boiled boot is served, bread rolls dance on forks and a cabin "
            "rocks over a precipice. This is the silent version of 1925, put back together "
            "frame by frame."
        ),
    ),
    Film(
        slug="sherlock-jr",
        name_ru="Шерлок-младший",
        name_en="Sherlock Jr.",
        original_title="Sherlock Jr.",
        year=1924,
        duration_minutes=45,
        country=("US",),
        director_ru="Бастер Китон",
        director_en="Buster Keaton",
        genres=("comedy", "fantasy", "mystery"),
        age_rating="0+",
        language="en",
        description_ru=(
            "Киномеханик, мечтающий стать сыщиком, засыпает в будке и шагает прямо в экран, где "
            "улица превращается в пропасть, а пропасть — в море. Сорок пять минут невозможных "
            "трюков, придуманных с точностью часовщика. Лучший фильм о том, что творится "
            "с нами в тёмном зале."
        ),
        description_en=(
            "A projectionist who dreams of being a detective falls asleep in his booth and walks "
            "straight into the screen, where a street turns into a cliff and the cliff into the "
            "sea. Forty-five minutes of impossible stunts, planned with a watchmaker's precision. "
            "No film says better what happens to us in a dark hall."
        ),
    ),
    Film(
        slug="a-trip-to-the-moon",
        name_ru="Путешествие на Луну",
        name_en="A Trip to the Moon",
        original_title="Le Voyage dans la Lune",
        year=1902,
        duration_minutes=15,
        country=("FR",),
        director_ru="Жорж Мельес",
        director_en="Georges Méliès",
        genres=("short", "scifi", "adventure"),
        age_rating="0+",
        language="fr",
        description_ru=(
            "Шестеро учёных забираются в снаряд, и огромная пушка выстреливает ими прямо в глаз "
            "Луне. Там растут грибы-великаны и прыгают селениты, исчезающие в облаке дыма. "
            "Копию, раскрашенную вручную, считали пропавшей — теперь она снова сияет всеми "
            "красками 1902 года."
        ),
        description_en=(
            "Six scholars climb into a shell, and an enormous gun fires them right into the eye of "
            "the Moon. Giant mushrooms grow there, and leaping Selenites vanish in puffs of smoke. "
            "The hand-painted print was long thought lost; now it glows again in all the colours "
            "of 1902."
        ),
    ),
    Film(
        slug="adventures-of-prince-achmed",
        name_ru="Приключения принца Ахмеда",
        name_en="The Adventures of Prince Achmed",
        original_title="Die Abenteuer des Prinzen Achmed",
        year=1926,
        duration_minutes=65,
        country=("DE",),
        director_ru="Лотта Райнигер",
        director_en="Lotte Reiniger",
        genres=("animation", "adventure", "fantasy", "family"),
        age_rating="6+",
        language="de",
        description_ru=(
            "Волшебный конь уносит принца Ахмеда на край света — к духам, колдунам и прекрасной "
            "Пари-Бану. Лотта Райнигер три года вырезала ножницами фигурки из чёрной бумаги и "
            "двигала их кадр за кадром. Получился старейший из сохранившихся полнометражных "
            "мультфильмов: сказка «Тысячи и одной ночи», сотканная из теней."
        ),
        description_en=(
            "A magic horse carries Prince Achmed to the end of the world, to spirits, sorcerers "
            "and the lovely Pari Banu. For three years Lotte Reiniger cut figures out of black "
            "paper and moved them frame by frame. The result is the oldest animated feature that "
            "survives: a tale from the Arabian Nights woven out of shadows."
        ),
    ),
    Film(
        slug="sunrise",
        name_ru="Восход солнца",
        name_en="Sunrise",
        original_title="Sunrise: A Song of Two Humans",
        year=1927,
        duration_minutes=94,
        country=("US",),
        director_ru="Фридрих Вильгельм Мурнау",
        director_en="F. W. Murnau",
        genres=("drama", "romance"),
        age_rating="12+",
        language="en",
        description_ru=(
            "Крестьянин, его жена и приезжая из города: у героев нет имён, потому что такое может "
            "случиться с каждым. Камера Мурнау плывёт сквозь туман, трамваи и огни луна-парка, "
            "словно её ничто не держит. Три «Оскара» на самой первой церемонии и одна из самых "
            "красивых историй о прощении."
        ),
        description_en=(
            "A farmer, his wife and a woman from the city: they have no names, since it could "
            "happen to anyone. Murnau's camera glides through mist, trams and fairground lights as "
            "if nothing held it. It won three Oscars at the very first ceremony, and remains among "
            "the most beautiful stories about forgiveness."
        ),
    ),
    Film(
        slug="passion-of-joan-of-arc",
        name_ru="Страсти Жанны д’Арк",
        name_en="The Passion of Joan of Arc",
        original_title="La Passion de Jeanne d’Arc",
        year=1928,
        duration_minutes=82,
        country=("FR",),
        director_ru="Карл Теодор Дрейер",
        director_en="Carl Theodor Dreyer",
        genres=("drama", "history", "biography"),
        age_rating="12+",
        language="fr",
        description_ru=(
            "Последний суд над Жанной по подлинным протоколам процесса: только лица, вопросы и "
            "молчание между ними. Рене Фальконетти сыграла без грима роль, после которой почти "
            "не снималась. Полную копию фильма нашли лишь в 1981 году — в норвежской больнице."
        ),
        description_en=(
            "Joan's last trial after the actual records of the court: nothing but faces, questions "
            "and the silence between them. Renée Falconetti played without make-up, and hardly "
            "appeared on screen again. A complete print came to light only in 1981, in a "
            "Norwegian hospital."
        ),
    ),
    Film(
        slug="faust",
        name_ru="Фауст",
        name_en="Faust",
        original_title="Faust – Eine deutsche Volkssage",
        year=1926,
        duration_minutes=106,
        country=("DE",),
        director_ru="Фридрих Вильгельм Мурнау",
        director_en="F. W. Murnau",
        genres=("fantasy", "drama", "horror"),
        age_rating="12+",
        language="de",
        description_ru=(
            "Мефистофель накрывает плащом целый город, и старый учёный соглашается на сделку, "
            "чтобы спасти людей от чумы. Мурнау рисует светом и дымом, как гравёр, а Эмиль "
            "Яннингс играет дьявола с удовольствием, которое пугает сильнее рогов. Сказка для "
            "взрослых, от которой невозможно отвести глаза."
        ),
        description_en=(
            "Mephisto spreads his cloak over a whole town, and an old scholar agrees to a bargain "
            "to save its people from the plague. Murnau draws with light and smoke like an "
            "engraver, and Emil Jannings plays the devil with a relish more frightening than "
            "horns. A fairy tale for grown-ups that one cannot look away from."
        ),
    ),
    Film(
        slug="phantom-of-the-opera",
        name_ru="Призрак Оперы",
        name_en="The Phantom of the Opera",
        original_title="The Phantom of the Opera",
        year=1925,
        duration_minutes=92,
        country=("US",),
        director_ru="Руперт Джулиан",
        director_en="Rupert Julian",
        genres=("horror", "romance"),
        age_rating="12+",
        language="en",
        description_ru=(
            "В подземельях Парижской оперы живёт незнакомец в маске, влюблённый в голос молодой "
            "певицы. Лон Чейни сам придумал грим, который студия до премьеры держала в тайне. "
            "Бал-маскарад снят в раннем двухцветном «Техниколоре» — красный плащ на лестнице "
            "стоит всего билета."
        ),
        description_en=(
            "Beneath the Paris Opera lives a stranger in a mask, in love with the voice of a young "
            "singer. Lon Chaney devised his own make-up, and the studio kept it secret until the "
            "premiere. The masked ball was shot in early two-colour Technicolor: the red cloak on "
            "the stairs alone is worth the ticket."
        ),
    ),
    Film(
        slug="wings",
        name_ru="Крылья",
        name_en="Wings",
        original_title="Wings",
        year=1927,
        duration_minutes=144,
        country=("US",),
        director_ru="Уильям Уэллман",
        director_en="William A. Wellman",
        genres=("war", "drama", "romance", "action"),
        age_rating="12+",
        language="en",
        description_ru=(
            "Двое соперников из одного городка становятся лётчиками Первой мировой и лучшими "
            "друзьями, а соседская девчонка — её играет Клара Боу — едет за ними на фронт. "
            "Воздушные бои снимали в настоящем небе, с актёрами в кабинах. Первый фильм, "
            "получивший «Оскар» как лучшая картина."
        ),
        description_en=(
            "Two rivals from one small town become airmen of the First World War and the best of "
            "friends, and the girl next door, played by Clara Bow, follows them to the front. The "
            "dogfights were filmed in a real sky with the actors in the cockpits. The first film "
            "ever to win the Academy Award for best picture."
        ),
    ),
    Film(
        slug="night-of-the-living-dead",
        name_ru="Ночь живых мертвецов",
        name_en="Night of the Living Dead",
        original_title="Night of the Living Dead",
        year=1968,
        duration_minutes=96,
        country=("US",),
        director_ru="Джордж Ромеро",
        director_en="George A. Romero",
        genres=("horror", "thriller"),
        age_rating="16+",
        language="en",
        description_ru=(
            "Семеро незнакомцев заперлись в доме на ферме, а снаружи с каждым часом всё больше "
            "тех, кому давно пора лежать в земле. Снятый под Питтсбургом на скромные деньги, "
            "этот фильм задал правила всему жанру. Самое страшное в нём — не мертвецы, а то, "
            "как спорят живые."
        ),
        description_en=(
            "Seven strangers barricade themselves in a farmhouse, while outside gather more and "
            "more of those who ought to be lying in the ground. Made near Pittsburgh for little "
            "money, it wrote the rules of a whole genre. The most frightening thing in it is not "
            "the dead but the way the living quarrel."
        ),
    ),
    Film(
        slug="charade",
        name_ru="Шарада",
        name_en="Charade",
        original_title="Charade",
        year=1963,
        duration_minutes=113,
        country=("US",),
        director_ru="Стэнли Донен",
        director_en="Stanley Donen",
        genres=("thriller", "comedy", "romance", "mystery"),
        age_rating="12+",
        language="en",
        description_ru=(
            "Муж Реджины погиб, деньги исчезли, и трое опасных людей уверены, что они у неё. "
            "Помочь вызывается обаятельный незнакомец, который меняет имена чаще, чем галстуки. "
            "Париж, музыка Генри Манчини, Одри Хепбёрн и Кэри Грант — детектив, остроумный, "
            "как лучшая комедия."
        ),
        description_en=(
            "Regina's husband is dead, a fortune is missing, and three dangerous men are sure that "
            "she has it. A charming stranger offers help, and changes names more often than ties. "
            "Paris, Henry Mancini's music, Audrey Hepburn and Cary Grant: a mystery as witty as "
            "the best of comedies."
        ),
    ),
    Film(
        slug="his-girl-friday",
        name_ru="Его девушка Пятница",
        name_en="His Girl Friday",
        original_title="His Girl Friday",
        year=1940,
        duration_minutes=92,
        country=("US",),
        director_ru="Говард Хоукс",
        director_en="Howard Hawks",
        genres=("comedy", "romance"),
        age_rating="12+",
        language="en",
        description_ru=(
            "Хильди Джонсон, лучший репортёр города, уходит из газеты и завтра выходит замуж за "
            "страхового агента. У её редактора — и бывшего мужа — есть один день, одна сенсация "
            "и ни капли совести, чтобы этому помешать. Кэри Грант и Розалинд Расселл "
            "перебивают друг друга с такой скоростью, что смеяться приходится на бегу."
        ),
        description_en=(
            "The best reporter in town is leaving the paper and tomorrow marries an insurance "
            "salesman. Her editor, who is also her former husband, has one day, one scoop and no "
            "scruples to prevent it. Cary Grant and Rosalind Russell interrupt each other so fast "
            "that one has to laugh on the run."
        ),
    ),
    Film(
        slug="house-on-trubnaya",
        name_ru="Дом на Трубной",
        name_en="The House on Trubnaya",
        original_title="Дом на Трубной",
        year=1928,
        duration_minutes=84,
        country=("SU",),
        director_ru="Борис Барнет",
        director_en="Boris Barnet",
        genres=("comedy",),
        age_rating="6+",
        language="ru",
        description_ru=(
            "Деревенская девушка Параша с уткой в корзине приезжает в Москву и теряется среди "
            "трамваев. Её новый дом показан в разрезе, как улей: на лестнице колют дрова, сушат "
            "бельё, ссорятся и влюбляются. Барнет снял одну из самых лёгких и изобретательных "
            "советских комедий — с юной Верой Марецкой в главной роли."
        ),
        description_en=(
            "Parasha, a country girl with a duck in her basket, comes to Moscow and gets lost "
            "among the trams. Her new home is shown in section like a beehive: on the stairs "
            "people chop wood, dry washing, quarrel and fall in love. It is one of the lightest "
            "and most inventive Soviet comedies, with young Vera Maretskaya in the lead."
        ),
    ),
    Film(
        slug="strike",
        name_ru="Стачка",
        name_en="Strike",
        original_title="Стачка",
        year=1925,
        duration_minutes=94,
        country=("SU",),
        director_ru="Сергей Эйзенштейн",
        director_en="Sergei Eisenstein",
        genres=("drama", "history"),
        age_rating="16+",
        language="ru",
        description_ru=(
            "На заводе обвиняют невиновного, и однажды утром станки останавливаются. Шпики "
            "с повадками зверей, толпы, бегущие по трубам и мостам, метафоры, бьющие наотмашь: "
            "двадцатишестилетний Эйзенштейн в первом же фильме пробует всё сразу. Дебют, "
            "с которого началась азбука монтажа."
        ),
        description_en=(
            "An innocent man is accused at the factory, and one morning the machines stop. Police "
            "spies with the manners of animals, crowds racing over pipes and bridges, metaphors "
            "that strike like blows: in his first feature the young Eisenstein tries everything at "
            "once. A debut in which the alphabet of montage is being written."
        ),
    ),
    Film(
        slug="nanook-of-the-north",
        name_ru="Нанук с Севера",
        name_en="Nanook of the North",
        original_title="Nanook of the North",
        year=1922,
        duration_minutes=79,
        country=("US", "FR"),
        director_ru="Роберт Флаэрти",
        director_en="Robert J. Flaherty",
        genres=("documentary", "adventure"),
        age_rating="6+",
        language="en",
        description_ru=(
            "Охотник Нанук с семьёй кочует по берегам Гудзонова залива: ловит моржей, торгует "
            "мехом и за час складывает дом из снега, с окном из прозрачного льда. Роберт "
            "Флаэрти снимал инуитов вместе с ними самими и кое-что разыграл — с этого и начался "
            "спор о том, что такое документальное кино. Тепло, юмор и мороз, который чувствуешь "
            "кожей."
        ),
        description_en=(
            "The hunter Nanook roams the shores of Hudson Bay with his family: they catch walrus, "
            "trade furs and in an hour build a house of snow with a window of clear ice. Robert "
            "Flaherty filmed the Inuit with their help and staged a good deal, and so began the "
            "argument about what a documentary is. Warmth, humour and a frost one can feel."
        ),
    ),
)
