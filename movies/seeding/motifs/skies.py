"""The Moon, the sun, Mars and the northern lights."""

from movies.seeding.motifs.shapes import (
    Palette,
    circle,
    ellipse,
    moved,
    polar,
    poly,
    rays,
    rect,
    ring,
    shape,
    spokes,
    stars,
    stroke,
    turned,
)


def moon_face(ink: Palette) -> str:
    """The rocket has landed, and the Moon doesn't like it."""
    rocket = (
        poly("-44,-6 44,-6 40,-132 -40,-132", ink.main)
        + shape("M-40 -128H40V-150H-40Z", ink.dark)
        + rect(-44, -40, 88, 14, ink.dark)
        + circle(0, -84, 15, ink.light)
        + ring(0, -84, 15, 6, ink.dark)
    )
    return (
        stars("60,60 540,110 80,300 560,330 150,500 480,540 300,30 30,440 585,220", 17, ink.accent)
        + circle(300, 300, 236, ink.accent)
        + circle(312, 296, 220, ink.light)
        + circle(140, 250, 22, ink.accent)
        + circle(180, 420, 30, ink.accent)
        + circle(438, 424, 18, ink.accent)
        + circle(272, 118, 16, ink.accent)
        + shape("M164 246Q210 200 262 246Q212 286 164 246Z", ink.dark)
        + circle(216, 244, 13, ink.light)
        + stroke("M150 200Q206 158 268 206", ink.dark, 14)
        + shape("M296 250L268 352Q292 374 330 356L318 250Z", ink.accent)
        + stroke("M296 250L268 352Q292 372 328 356", ink.dark, 8)
        + shape("M206 420Q300 378 384 424Q300 494 206 420Z", ink.dark)
        + shape("M240 424Q300 404 356 426Q300 442 240 424Z", ink.main)
        + shape("M350 262Q360 216 430 236Q456 300 400 312Q350 316 350 262Z", ink.dark)
        + shape(
            "M366 296Q360 360 372 404Q384 360 380 300ZM404 302Q404 340 410 362Q420 336 414 300Z",
            ink.main,
        )
        + turned(38, 396, 262, moved(396, 268, 1.28, rocket))
    )


def sun_on_the_water(ink: Palette) -> str:
    """Daybreak over a lake, a boat with two people."""
    glints = "".join(
        rect(300 - w / 2, y, w, 13, ink.accent)
        for y, w in ((404, 360), (434, 250), (464, 310), (494, 190), (524, 240), (552, 130))
    )
    return (
        rays(300, 390, 620, 36, ink.main, start=2.5)
        + circle(300, 390, 214, ink.light)
        + circle(300, 390, 176, ink.accent)
        + poly("0,390 0,330 60,290 130,340 190,390", ink.dark)
        + shape("M410 390V340H436V300H462V350H478V270H510V334H530V290H566V350H600V390Z", ink.dark)
        + rect(0, 388, 600, 190, ink.dark)
        + glints
        + shape("M150 452H450Q420 516 352 516H248Q180 516 150 452Z", ink.light)
        + shape("M150 452H450L444 468H156Z", ink.main)
        + shape("M196 452V394Q196 366 226 366Q256 366 256 394V452Z", ink.dark)
        + circle(226, 340, 25, ink.dark)
        + shape("M196 334Q226 296 258 334Z", ink.dark)
        + shape("M344 452V398Q344 370 372 370Q400 370 400 398V452Z", ink.main)
        + circle(372, 344, 24, ink.main)
        + stroke("M256 410L120 520", ink.dark, 10)
        + stroke("M256 410L120 520", ink.light, 4)
    )


def queen_of_mars(ink: Palette) -> str:
    """A face under a crown of antennas, in front of the red planet."""
    crown = range(-158, -21, 17)
    tips = "".join(
        circle(*polar(300, 330, 236 if i % 2 else 268, a), 11, ink.light)
        for i, a in enumerate(crown)
    )
    return (
        stars("40,60 566,90 60,520 540,560 110,180 490,30 575,420 30,330", 14, ink.light)
        + circle(300, 350, 250, ink.main)
        + stroke(
            "M60 420Q300 330 545 400M90 490Q300 430 520 480M74 250Q200 200 330 240", ink.dark, 5
        )
        + spokes(300, 330, 100, 268, list(crown)[::2], ink.accent, 9)
        + spokes(300, 330, 100, 236, list(crown)[1::2], ink.light, 9)
        + tips
        + stroke("M124 276A184 184 0 0 1 476 276", ink.accent, 9)
        + stroke("M156 250A162 162 0 0 1 444 250", ink.light, 5)
        + rect(262, 470, 76, 110, ink.accent)
        + rect(300, 470, 38, 110, ink.dark)
        + shape("M60 650Q90 560 250 548H350Q510 560 540 650Z", ink.dark)
        + stroke(
            "M150 650Q190 586 300 586Q410 586 450 650M210 650Q240 614 300 614Q360 614 390 650",
            ink.accent,
            9,
        )
        + shape(
            "M200 330Q200 210 300 210Q400 210 400 330Q400 430 300 506Q200 430 200 330Z", ink.light
        )
        + shape("M300 210Q400 210 400 330Q400 430 300 506Z", ink.accent)
        + shape(
            "M192 326Q186 190 300 190Q414 190 408 326Q384 262 300 262Q216 262 192 326Z", ink.dark
        )
        + shape(
            "M216 338Q250 312 282 340Q250 356 216 338ZM384 338Q350 312 318 340Q350 356 384 338Z",
            ink.dark,
        )
        + stroke("M210 312Q250 286 288 312V408H274M390 312Q350 286 312 312", ink.dark, 6)
        + shape("M270 440L290 430L300 436L310 430L330 440L300 458Z", ink.main)
        + poly("284,190 300,120 316,190 300,226", ink.main)
    )


def igloo(ink: Palette) -> str:
    """A snow house with a light inside, a hunter, the northern lights."""
    lights = "".join(
        poly(f"{x},{y} {x + 26},{y - 14} {x + 26},{y + h - 30} {x},{y + h}", colour)
        for x, y, h, colour in (
            (20, 130, 200, ink.main),
            (58, 90, 250, ink.accent),
            (96, 110, 220, ink.main),
            (134, 60, 240, ink.accent),
            (172, 40, 270, ink.main),
            (210, 70, 210, ink.accent),
            (248, 40, 230, ink.main),
            (286, 60, 180, ink.accent),
            (324, 30, 200, ink.main),
            (362, 50, 160, ink.accent),
            (400, 20, 180, ink.main),
            (438, 40, 130, ink.accent),
            (476, 14, 140, ink.main),
            (514, 30, 100, ink.accent),
            (552, 10, 110, ink.main),
        )
    )
    hunter = (
        shape("M-50 150Q-60 40 0 30Q60 40 50 150Z", ink.dark)
        + stroke("M-26 150V206M26 150V206", ink.dark, 34)
        + circle(0, 12, 46, ink.main)
        + circle(0, 12, 36, ink.dark)
        + circle(0, 16, 25, ink.light)
        + stroke("M-14 12H-4M4 12H14", ink.dark, 6)
        + stroke("M-40 70L60 96", ink.dark, 24)
        + stroke("M62 -90V206", ink.dark, 8)
        + poly("52,-84 62,-140 72,-84", ink.dark)
        + rect(-46, 116, 92, 12, ink.accent)
    )
    return (
        lights
        + stars("60,40 200,24 420,250 560,180 90,350 330,280 510,280", 11, ink.light)
        + shape("M0 470Q150 420 300 450T600 430V580H0Z", ink.light)
        + shape("M180 500A190 190 0 0 1 560 500Z", ink.light)
        + stroke(
            "M180 500A190 190 0 0 1 560 500M194 430H546M226 368H514M290 322H450"
            "M290 368V430M420 368V430M240 430V500M500 430V500M340 322V368M400 312V368M350 430V470",
            ink.back,
            7,
        )
        + shape("M304 520A66 66 0 0 1 436 520Z", ink.light)
        + stroke("M304 520A66 66 0 0 1 436 520", ink.back, 7)
        + shape("M330 520A40 44 0 0 1 410 520Z", ink.accent)
        + rect(306, 384, 40, 34, ink.accent)
        + moved(108, 330, 1.05, hunter)
        + ellipse(120, 552, 90, 12, ink.main)
    )
