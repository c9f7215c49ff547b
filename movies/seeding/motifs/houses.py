"""Towns, staircases, cabins and offices."""

from movies.seeding import lettering
from movies.seeding.motifs.shapes import (
    Palette,
    circle,
    ellipse,
    moved,
    poly,
    rays,
    rect,
    ring,
    shape,
    stars,
    stroke,
    turned,
    twice,
)


def city_of_machines(ink: Palette) -> str:
    """The metal woman between the towers, in rings of light."""
    tower = (
        poly("0,650 0,150 34,150 34,90 46,40 58,90 58,150 96,150 96,650", ink.main)
        + poly("96,650 96,300 128,300 128,250 176,250 176,650", ink.dark)
        + stroke("M18 180V650M46 180V650M74 180V650", ink.back, 8)
        + stroke("M118 320V650M146 280V650", ink.main, 8)
    )
    return (
        rays(300, 300, 620, 24, ink.dark, start=3.75)
        + twice(tower)
        + circle(300, 290, 196, ink.accent)
        + circle(300, 290, 180, ink.back)
        + shape("M120 650Q130 520 244 490H356Q470 520 480 650Z", ink.accent)
        + shape("M300 490H356Q470 520 480 650H300Z", ink.main)
        + rect(256, 410, 88, 96, ink.main)
        + stroke("M256 434H344M256 458H344M256 482H344", ink.dark, 7)
        + shape("M204 300Q204 150 300 150Q396 150 396 300L378 380L332 438H268L222 380Z", ink.accent)
        + shape("M300 150Q396 150 396 300L378 380L332 438H300Z", ink.light)
        + twice(
            circle(200, 310, 34, ink.main),
            circle(200, 310, 18, ink.dark),
            shape("M232 290Q258 272 284 292Q258 312 232 290Z", ink.dark),
        )
        + stroke("M224 262Q262 246 288 268V350M376 262Q338 246 312 268V350", ink.dark, 6)
        + stroke("M270 394H330", ink.dark, 10)
        + stroke("M300 150V250", ink.dark, 8)
        + circle(300, 580, 34, ink.dark)
        + circle(300, 580, 18, ink.light)
        + "".join(
            f'<ellipse cx="300" cy="{y}" rx="{rx}" ry="{rx / 6:g}" fill="none" '
            f'stroke="{ink.light}" stroke-width="9"/>'
            for y, rx in ((520, 250), (600, 280))
        )
    )


def crooked_town(ink: Palette) -> str:
    """Leaning houses, a zigzag of a street, the doctor and his sleepwalker."""
    doctor = (
        poly("-62,230 -44,50 -16,24 26,24 54,60 66,230", ink.dark)
        + circle(4, -4, 36, ink.light)
        + rect(-36, -96, 76, 70, ink.dark)
        + rect(-60, -32, 124, 13, ink.dark)
        + ring(-10, 0, 12, 5, ink.dark)
        + ring(20, 0, 12, 5, ink.dark)
        + poly("-14,26 24,26 5,44", ink.light)
    )
    sleeper = (
        poly("-30,250 -24,44 24,44 30,250", ink.dark)
        + stroke("M-22 60L-56 170M22 60L66 -20", ink.dark, 16)
        + circle(0, 14, 30, ink.light)
        + shape("M-34 18Q-36 -26 0 -26Q36 -26 34 18L18 -2L-18 -2Z", ink.dark)
        + stroke("M-16 14H-4M4 14H16", ink.dark, 8)
    )
    return (
        circle(452, 104, 62, ink.light)
        + poly("0,60 92,0 150,96 176,330 60,560 0,560", ink.main)
        + poly("92,0 196,70 214,250 176,330 150,96", ink.dark)
        + poly("600,200 520,150 420,250 452,470 540,560 600,560", ink.main)
        + poly("420,250 520,150 466,100 360,216 380,400 452,470", ink.dark)
        + poly("40,150 96,120 108,206 46,232", ink.accent)
        + poly("58,290 112,264 118,336 54,376", ink.accent)
        + poly("482,250 548,236 560,318 490,324", ink.accent)
        + poly("488,372 552,366 572,440 504,450", ink.accent)
        + stroke("M68 134L76 220M42 190L104 164M516 242L524 322M486 288L556 276", ink.dark, 7)
        + poly(
            "150,560 330,450 270,360 330,290 286,220 306,214 372,290 320,356 440,450 420,560",
            ink.main,
        )
        + poly("0,560 0,500 120,440 260,560", ink.dark)
        + moved(186, 306, 1.1, doctor)
        + moved(350, 292, 1.0, sleeper)
    )


def cabin(ink: Palette) -> str:
    """A cabin that rocks on the edge, and a small man in a bowler hat."""
    hut = (
        rect(-110, -86, 220, 140, ink.dark)
        + stroke("M-110 -54H110M-110 -20H110M-110 14H110M-110 46H110", ink.main, 6)
        + poly("-142,-78 0,-176 142,-78", ink.light)
        + poly("-142,-78 -150,-62 150,-62 142,-78", ink.dark)
        + rect(-86, -34, 54, 54, ink.accent)
        + stroke("M-59 -34V20M-86 -7H-32", ink.dark, 6)
        + rect(26, -44, 60, 98, ink.light)
        + rect(34, -36, 44, 90, ink.main)
        + rect(56, -192, 28, 62, ink.dark)
    )
    tramp = (
        stroke("M-10 74L-18 122L-38 122M10 74L18 122L38 122", ink.dark, 15)
        + poly("-28,20 28,20 22,84 -22,84", ink.dark)
        + stroke("M-24 30L-56 6M24 30L58 8", ink.dark, 12)
        + circle(0, 0, 21, ink.light)
        + rect(-7, 5, 14, 7, ink.dark)
        + shape("M-20 -6Q-20 -36 0 -36Q20 -36 20 -6Z", ink.dark)
        + rect(-29, -10, 58, 7, ink.dark)
    )
    return (
        circle(430, 150, 104, ink.accent)
        + poly("0,330 150,120 260,300 330,230 470,420 600,340 600,575 0,575", ink.main)
        + poly("150,120 204,210 168,196 140,226 116,190 98,194", ink.light)
        + poly("330,230 378,296 344,286 322,306 296,276", ink.light)
        + poly("0,430 330,430 372,470 330,575 0,575", ink.light)
        + poly("330,430 372,470 330,575 308,575 340,472", ink.back)
        + turned(15, 330, 430, moved(318, 378, 1.12, hut))
        + moved(108, 306, 1.02, tramp)
        + stars("60,70 196,50 300,110 560,330 520,470 450,520 40,230 250,190", 11, ink.light)
    )


def newsroom(ink: Palette) -> str:
    """A candlestick telephone that rings, over tomorrow's front page."""
    lines = "".join(
        f"M{x} {200 + 26 * row}h{84 if row % 4 == 3 else 130}"
        for x in (74, 236, 398)
        for row in range(16)
    )
    page = (
        rect(40, 30, 520, 640, ink.light)
        + rect(74, 62, 452, 88, ink.dark)
        + lettering.line("Сенсация", 96, 82, 408, 48, ink.light)
        + stroke("M74 170H528", ink.dark, 6)
        + stroke(lines, ink.main, 9)
    )
    receiver = (
        rect(-15, -70, 30, 140, ink.dark)
        + poly("-36,-62 36,-62 24,-104 -24,-104", ink.dark)
        + rect(-40, -70, 80, 12, ink.accent)
        + poly("-20,66 20,66 28,92 -28,92", ink.dark)
    )
    return (
        turned(-6, 300, 300, page)
        + stroke("M316 470Q540 560 500 380Q486 330 440 410", ink.dark, 9)
        + shape("M170 575Q176 506 262 484H338Q424 506 430 575Z", ink.dark)
        + rect(278, 270, 44, 240, ink.dark)
        + rect(270, 452, 60, 16, ink.accent)
        + stroke("M300 330H410V306M410 330V354", ink.dark, 14)
        + turned(10, 430, 330, moved(434, 330, 1.1, receiver))
        + circle(300, 262, 40, ink.dark)
        + poly("312,228 312,296 216,336 216,188", ink.dark)
        + ellipse(212, 262, 30, 78, ink.accent)
        + ellipse(208, 262, 18, 54, ink.dark)
        + circle(300, 262, 14, ink.accent)
        + stroke("M150 214L108 188M140 262H88M150 310L108 336", ink.accent, 15)
    )


def staircase(ink: Palette) -> str:
    """A house cut open, its stairs in zigzag, a duck on the way up."""
    lit = ((78, 196), (78, 420), (462, 84), (462, 308), (462, 420))
    windows = [(x, y) for x in (78, 462) for y in (84, 196, 308, 420)]
    duck = (
        shape("M-58 0Q-40 44 6 40Q56 36 52 -6L30 -6Q8 -2 -20 -12Q-40 -22 -74 -22Z", ink.light)
        + circle(38, -24, 22, ink.light)
        + shape("M56 -32L90 -22L56 -12Z", ink.accent)
        + circle(44, -28, 4.5, ink.dark)
        + stroke("M-12 38V64M12 38V54", ink.accent, 8)
        + stroke("M-36 2Q-10 20 20 8", ink.dark, 5)
    )
    return (
        poly("40,100 300,24 560,100 560,575 40,575", ink.main)
        + poly("20,106 300,20 580,106 580,80 300,-6 20,80", ink.dark)
        + rect(172, 112, 256, 463, ink.back)
        + stroke(
            "M40 166H172M428 166H560M40 278H172M428 278H560M40 390H172M428 390H560", ink.dark, 10
        )
        + "".join(rect(x, y, 60, 64, ink.dark) for x, y in windows)
        + "".join(rect(x + 6, y + 6, 48, 52, ink.accent) for x, y in lit)
        + stroke("".join(f"M{x + 30} {y}v64M{x} {y + 32}h60" for x, y in lit), ink.dark, 5)
        + stroke("M190 568L410 460V440L190 350V330L410 240V220L190 130V112", ink.dark, 22)
        + stroke("M190 516L410 412M410 396L190 302M190 286L410 192M410 176L260 112", ink.light, 6)
        + moved(282, 424, 1.3, duck)
    )
