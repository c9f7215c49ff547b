"""What comes out at night."""

from movies.seeding.motifs.shapes import (
    Palette,
    circle,
    moved,
    poly,
    rays,
    rect,
    shape,
    stars,
    stroke,
    twice,
)


def vampire(ink: Palette) -> str:
    """A bald head and two long hands against the moon."""
    hand = shape(
        "M150 575L128 440L74 330L82 324L128 398L92 250L102 246L148 384L140 226L151 224L172 382"
        "L190 248L200 250L198 396L232 352L240 358L204 446L212 575Z",
        ink.dark,
    )
    return (
        circle(300, 250, 224, ink.accent)
        + circle(300, 250, 196, ink.light)
        + poly("0,575 0,470 70,470 70,505 140,505 140,540 210,540 210,575", ink.main)
        + poly("600,575 600,470 530,470 530,505 460,505 460,540 390,540 390,575", ink.main)
        + shape("M196 575Q190 400 264 372V330H336V372Q410 400 404 575Z", ink.dark)
        + shape(
            "M214 200Q214 84 300 84Q386 84 386 200"
            "Q386 300 336 346Q300 372 264 346Q214 300 214 200Z",
            ink.dark,
        )
        + twice(
            poly("222,250 158,150 160,132 226,186", ink.dark),
            shape("M232 216Q258 196 284 228Q256 240 232 216Z", ink.light),
            circle(262, 219, 7, ink.dark),
            poly("288,304 298,304 293,334", ink.light),
            hand,
        )
        + stroke("M266 300Q300 312 334 300", ink.light, 5)
        + stroke("M300 226V276", ink.main, 6)
    )


def dark_cloak(ink: Palette) -> str:
    """The devil, wide as the sky, over a small town."""
    roofs = (
        "M0 640V624H60V566L92 528L124 566V582L172 536L196 582V624H210V546L240 500L270 546V624"
        "H280V516L296 416L312 516V624H326V564L360 526L394 564V624H404V576L437 542L470 576V624"
        "H480V560L510 516L540 560V624H600V640Z"
    )
    windows = ((86, 576), (234, 560), (154, 590), (354, 580), (504, 576), (430, 590), (290, 530))
    return (
        rays(300, 200, 640, 20, ink.main, start=9)
        + circle(300, 210, 150, ink.accent)
        + shape(
            "M300 120Q210 150 150 210Q80 250 0 250V550Q40 460 96 460Q112 510 130 550"
            "Q160 450 214 442Q240 490 262 530Q280 470 300 460Q320 470 338 530Q360 490 386 442"
            "Q440 450 470 550Q488 510 504 460Q560 460 600 550V250Q520 250 450 210Q390 150 300 120Z",
            ink.dark,
        )
        + shape("M300 120Q232 120 232 214Q238 300 300 336Z", ink.light)
        + shape("M300 120Q368 120 368 214Q362 300 300 336Z", ink.accent)
        + shape(
            "M226 200Q228 108 300 150Q372 108 374 200Q350 150 300 192Q250 150 226 200Z", ink.dark
        )
        + twice(
            shape("M240 144Q200 110 206 40Q236 90 274 122Z", ink.dark),
            poly("246,214 288,234 284,246 252,236", ink.dark),
        )
        + poly("270,282 330,282 300,344", ink.dark)
        + stroke("M274 276Q300 290 326 276", ink.dark, 7)
        + shape(roofs, ink.dark)
        + "".join(rect(x, y, 12, 16, ink.accent) for x, y in windows)
    )


def mask(ink: Palette) -> str:
    """A stage curtain, and a mask that hides half of a skull."""
    folds = "".join(
        poly(f"{x},0 {x + 34},0 {x / 1.5 + 22:g},575 {x / 1.5:g},575", ink.dark)
        for x in range(16, 210, 62)
    )
    hem = "".join(f"Q{x + 50} 100 {x + 100} 46" for x in range(0, 600, 100))
    return (
        rect(0, 0, 600, 575, ink.dark)
        + circle(300, 310, 230, ink.back)
        + twice(poly("0,0 232,0 150,575 0,575", ink.main), folds)
        + shape(f"M600 0H0V46{hem}Z", ink.main)
        + stroke(f"M0 46{hem}", ink.accent, 8)
        + shape("M300 104Q430 104 430 260Q430 334 396 380L386 480Q344 524 300 524Z", ink.accent)
        + circle(362, 278, 42, ink.dark)
        + circle(362, 280, 9, ink.light)
        + poly("304,330 334,386 304,386", ink.dark)
        + rect(300, 418, 86, 56, ink.dark)
        + stroke("M312 422V470M334 422V470M356 422V470M376 424V466", ink.light, 15)
        + shape("M300 104Q170 104 170 260Q170 414 240 474Q270 504 300 504Z", ink.light)
        + shape("M206 270Q240 238 280 280Q240 300 206 270Z", ink.dark)
        + stroke("M196 230Q240 198 284 234", ink.dark, 9)
        + stroke("M297 260V374H272", ink.dark, 6)
        + stroke("M246 440Q270 424 300 434", ink.main, 12)
    )


def graveyard(ink: Palette) -> str:
    """A lonely farmhouse with one lit window; hands out of the earth."""
    hand = shape(
        "M-30 200L-34 60L-62 10L-50 2L-28 40L-36 -34L-23 -38L-10 32L-6 -54L8 -54L12 32"
        "L28 -36L41 -32L32 48L50 22L62 30L36 84L30 200Z",
        ink.dark,
    )
    crosses = "".join(
        stroke(f"M{x} {y}v-64M{x - 20} {y - 42}h40", ink.dark, 11)
        for x, y in ((66, 404), (148, 396))
    )
    return (
        circle(390, 190, 150, ink.accent)
        + shape("M0 430Q150 360 330 376T600 372V575H0Z", ink.main)
        + poly("330,396 330,270 396,204 462,270 462,396", ink.dark)
        + poly("316,280 396,192 476,280 476,262 396,172 316,262", ink.dark)
        + rect(430, 190, 22, 60, ink.dark)
        + poly("462,396 462,308 530,308 530,396", ink.dark)
        + poly("452,312 476,280 540,312", ink.dark)
        + rect(374, 286, 44, 54, ink.light)
        + stroke("M396 286V340M374 313H418", ink.dark, 6)
        + stroke("M58 420L66 130L30 60M66 190L112 120M64 160L18 130M92 152L128 156", ink.dark, 12)
        + crosses
        + moved(120, 440, 1.15, hand)
        + moved(296, 420, 1.3, hand)
        + moved(480, 456, 1.1, hand)
        + shape("M0 575V540Q60 500 130 540T260 535T400 540T520 535T600 530V575Z", ink.dark)
    )


def flying_horse(ink: Palette) -> str:
    """A paper-cut prince on a winged horse, above domes and minarets."""
    horse = (
        shape(
            "M-130 -8Q-178 6 -196 60Q-150 34 -122 26Q-110 60 -150 84L-168 128L-154 132L-128 98"
            "Q-92 84 -80 50Q-20 64 34 46Q60 66 92 62L120 92L132 84L108 48Q88 40 74 34L128 20"
            "L146 44L158 36L136 2Q96 0 84 -14Q104 -50 112 -74L148 -58L158 -72L132 -106L128 -124"
            "L116 -108Q76 -92 56 -40Q-60 -60 -130 -8Z",
            ink.dark,
        )
        + shape(
            "M-18 -30Q-60 -120 -150 -140Q-128 -118 -126 -104Q-150 -110 -162 -106Q-130 -90 -124 -76"
            "Q-146 -78 -156 -70Q-90 -50 -40 -14Z",
            ink.accent,
        )
        + poly("-6,-40 2,-104 28,-108 40,-38", ink.dark)
        + stroke("M20 -92L62 -78L90 -96", ink.dark, 9)
        + circle(16, -126, 16, ink.dark)
        + shape("M-6 -132Q-4 -158 16 -172Q36 -158 38 -132Z", ink.accent)
        + stroke("M16 -170V-186", ink.dark, 5)
        + stroke("M14 -42L34 22L58 26", ink.dark, 14)
    )
    dome = shape("M-60 90V0Q-60 -54 0 -90Q60 -54 60 0V90Z", ink.dark) + stroke(
        "M0 -80V-112", ink.dark, 6
    )
    minaret = poly(
        "-12,240 -12,60 -20,60 -20,48 -10,48 0,0 10,48 20,48 20,60 12,60 12,240", ink.dark
    )
    town = (
        moved(150, 520, 0.97, dome)
        + moved(300, 500, 1.25, dome)
        + moved(450, 520, 0.97, dome)
        + "".join(moved(x, 340, 1, minaret) for x in (50, 226, 374, 550))
    )
    return (
        rect(0, 190, 600, 150, ink.main)
        + rect(0, 340, 600, 240, ink.accent)
        + circle(300, 236, 196, ink.light)
        + town
        + rect(0, 550, 600, 30, ink.dark)
        + stars("70,80 150,40 520,70 560,150 40,160 440,36", 15, ink.light)
        + moved(306, 256, 1.22, horse)
    )
