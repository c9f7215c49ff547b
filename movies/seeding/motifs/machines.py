"""Ships, engines, cameras and clocks."""

from movies.seeding.motifs.shapes import (
    Palette,
    around,
    circle,
    ellipse,
    gear,
    moved,
    poly,
    rays,
    rect,
    ring,
    shape,
    spokes,
    stroke,
    turned,
    twice,
)


def battleship(ink: Palette) -> str:
    """The bow head-on, two muzzles, the red flag."""
    return (
        poly("0,0 600,0 600,60 0,470", ink.light)
        + rect(292, 16, 12, 190, ink.dark)
        + poly("304,24 520,40 476,84 544,132 304,124", ink.accent)
        + rect(212, 172, 176, 60, ink.dark)
        + twice(rect(150, 206, 60, 16, ink.dark), rect(236, 120, 30, 60, ink.dark))
        + poly("300,196 470,238 418,575 300,575", ink.dark)
        + poly("300,196 130,238 182,575 300,575", ink.main)
        + poly("300,196 296,575 304,575", ink.light)
        + twice(
            circle(214, 318, 58, ink.dark),
            ring(214, 318, 58, 8, ink.light),
            circle(214, 318, 30, ink.accent),
            circle(214, 318, 18, ink.dark),
            stroke("M160 430L188 428M164 460L190 458", ink.light, 6),
        )
        + shape("M0 575V510Q75 470 150 510T300 510T450 510T600 510V575Z", ink.accent)
        + shape("M0 575V538Q75 498 150 538T300 538T450 538T600 538V575Z", ink.light)
    )


def movie_camera(ink: Palette) -> str:
    """A camera on its tripod, with an eye for a lens."""
    return (
        rays(300, 262, 520, 14, ink.main, start=6)
        + stroke("M270 380L150 590M330 380L450 590M300 380V590", ink.dark, 20)
        + twice(
            circle(222, 92, 74, ink.dark),
            ring(222, 92, 52, 8, ink.light),
            spokes(222, 92, 14, 52, range(0, 360, 60), ink.light, 8),
            circle(222, 92, 16, ink.accent),
        )
        + rect(146, 150, 308, 236, ink.dark)
        + stroke("M454 300H506V360", ink.dark, 16)
        + circle(506, 366, 18, ink.accent)
        + circle(300, 268, 106, ink.light)
        + shape("M186 268Q300 140 414 268Q300 396 186 268Z", ink.back)
        + shape("M200 268Q300 164 400 268Q300 372 200 268Z", ink.light)
        + circle(300, 268, 54, ink.accent)
        + spokes(300, 268, 30, 54, range(0, 360, 30), ink.dark, 4)
        + circle(300, 268, 28, ink.dark)
        + circle(314, 254, 9, ink.light)
    )


def locomotive(ink: Palette) -> str:
    """An old American engine coming straight at the viewer."""
    smoke = (
        (300, 40, 76),
        (386, 60, 62),
        (214, 66, 56),
        (460, 30, 56),
        (540, 56, 62),
        (120, 30, 60),
    )
    slats = "".join(f"M300 508L{x} 640" for x in range(140, 461, 40))
    return (
        rays(300, 330, 560, 18, ink.main, start=5)
        + "".join(circle(x, y, r, ink.light) for x, y, r in smoke)
        + poly("256,150 344,150 380,96 220,96", ink.dark)
        + rect(264, 150, 72, 60, ink.dark)
        + rect(100, 470, 400, 46, ink.accent)
        + circle(300, 340, 156, ink.dark)
        + ring(300, 340, 132, 8, ink.main)
        + spokes(300, 340, 122, 142, range(15, 375, 30), ink.light, 10)
        + circle(300, 350, 74, ink.main)
        + ring(300, 350, 74, 8, ink.light)
        + shape("M248 350A52 52 0 0 1 352 350Z", ink.dark)
        + rect(262, 196, 76, 60, ink.accent)
        + circle(300, 226, 40, ink.dark)
        + circle(300, 226, 30, ink.light)
        + twice(circle(150, 493, 15, ink.light), circle(206, 493, 9, ink.dark))
        + poly("300,500 490,650 110,650", ink.dark)
        + stroke(slats, ink.accent, 12)
        + poly("110,650 490,650 470,626 130,626", ink.accent)
    )


def clock(ink: Palette) -> str:
    """A tower clock, and a man in a straw hat who holds on to its hand."""
    windows = "".join(
        rect(x, y, 44, 60, ink.main) for y in (24, 128, 232, 336, 440) for x in (30, 104, 452, 526)
    )
    man = (
        stroke("M-16 78L-44 20L-20 -34M24 78L50 18L28 -38", ink.dark, 14)
        + poly("-24,66 32,66 26,146 -18,146", ink.dark)
        + poly("-6,62 14,62 4,92", ink.light)
        + stroke("M-8 142L-34 192L-26 228H-46M16 142L40 188L66 206L76 190", ink.dark, 17)
        + circle(4, 38, 27, ink.dark)
        + circle(4, 38, 22, ink.light)
        + ring(-6, 40, 8, 3.5, ink.dark)
        + ring(14, 40, 8, 3.5, ink.dark)
        + rect(-23, -16, 54, 36, ink.dark)
        + rect(-18, -11, 44, 14, ink.light)
        + rect(-18, 3, 44, 13, ink.accent)
        + rect(-36, 16, 80, 9, ink.dark)
    )
    return (
        windows
        + circle(280, 262, 250, ink.dark)
        + circle(280, 262, 228, ink.light)
        + spokes(280, 262, 182, 212, range(0, 360, 30), ink.dark, 16)
        + spokes(280, 262, 198, 212, range(0, 360, 6), ink.dark, 4)
        + stroke(f"M280 262L{around(280, 262, 122, 212)}", ink.dark, 22)
        + stroke(f"M{around(280, 262, -40, -6)}L{around(280, 262, 176, -6)}", ink.accent, 17)
        + circle(280, 262, 26, ink.dark)
        + circle(280, 262, 10, ink.accent)
        + moved(404, 290, 1.15, man)
    )


def biplane(ink: Palette) -> str:
    """A fighter plane head-on above the clouds, and another in the sun."""
    small = stroke("M-60 0H60M-50 -18H50", ink.dark, 7) + circle(0, -8, 12, ink.dark)
    return (
        circle(300, 250, 210, ink.accent)
        + circle(300, 250, 160, ink.main)
        + moved(136, 96, 0.9, turned(-14, 0, 0, small))
        + moved(496, 130, 0.6, turned(10, 0, 0, small))
        + ellipse(90, 600, 190, 70, ink.light)
        + ellipse(330, 640, 240, 80, ink.light)
        + ellipse(560, 590, 150, 60, ink.light)
        + turned(
            -10,
            300,
            360,
            stroke("M150 270L170 424M450 270L430 424M236 270L252 330M364 270L348 330", ink.dark, 7),
            stroke("M60 268H540", ink.dark, 26),
            stroke("M60 268H120M480 268H540", ink.light, 26),
            stroke("M84 424H516", ink.dark, 22),
            stroke("M260 430L236 500M340 430L364 500", ink.dark, 8),
            twice(ellipse(232, 506, 11, 27, ink.dark)),
            circle(300, 370, 84, ink.dark),
            circle(300, 370, 66, ink.light),
            spokes(300, 370, 24, 62, range(0, 360, 40), ink.dark, 12),
            circle(300, 370, 30, ink.dark),
            turned(58, 300, 370, ellipse(300, 296, 15, 82, ink.accent)),
            turned(238, 300, 370, ellipse(300, 296, 15, 82, ink.accent)),
            circle(300, 370, 15, ink.light),
        )
    )


def cogwheel(ink: Palette) -> str:
    """A wheel that has stopped, and three workers with folded arms."""
    sleeves = "M-84 92Q-104 172 -70 172L44 142M84 92Q104 172 70 172L-44 142"
    worker = (
        shape("M-100 260V96Q-100 44 -40 36H40Q100 44 100 96V260Z", ink.light)
        + shape("M-92 260V98Q-92 52 -40 44H40Q92 52 92 98V260Z", ink.dark)
        + poly("-24,44 24,44 0,84", ink.accent)
        + rect(-18, 0, 36, 44, ink.main)
        + circle(0, -20, 40, ink.main)
        + shape("M-46 -26Q-46 -74 0 -74Q46 -74 46 -26Z", ink.dark)
        + poly("-46,-36 60,-36 66,-22 -46,-22", ink.dark)
        + stroke(sleeves, ink.light, 42)
        + stroke(sleeves, ink.dark, 30)
        + circle(50, 140, 17, ink.main)
        + circle(-50, 140, 17, ink.main)
    )
    return (
        "".join(rect(x, y, 46, 500, ink.dark) for x, y in ((26, 110), (92, 60), (528, 90)))
        + gear(330, 236, 196, 14, ink.accent, start=4)
        + circle(330, 236, 142, ink.back)
        + spokes(330, 236, 40, 148, range(20, 380, 60), ink.accent, 34)
        + circle(330, 236, 62, ink.accent)
        + circle(330, 236, 26, ink.back)
        + moved(112, 420, 0.95, worker)
        + moved(488, 420, 0.95, worker)
        + moved(300, 400, 1.2, worker)
    )
