"""Portraits, each of a few flat planes."""

from movies.seeding.motifs.shapes import (
    Palette,
    circle,
    moved,
    poly,
    rect,
    ring,
    shape,
    stroke,
    turned,
)


def tramp_and_kid(ink: Palette) -> str:
    """A bowler hat above, a large cap below."""
    return (
        "".join(
            rect(x - 50 * (row % 2), 20 + 64 * row, 92, 54, ink.main)
            for row in range(10)
            for x in range(0, 700, 102)
        )
        + shape("M60 650Q70 470 190 440H290Q400 470 410 650Z", ink.dark)
        + poly("196,430 284,430 240,520", ink.light)
        + shape("M132 230H348V310Q348 430 240 440Q132 430 132 310Z", ink.light)
        + shape("M240 230H348V310Q348 430 240 440Z", ink.back)
        + shape("M132 224V300Q108 270 118 224ZM348 224V300Q372 270 362 224Z", ink.dark)
        + shape("M112 216Q112 70 240 70Q368 70 368 216Z", ink.dark)
        + rect(112, 176, 256, 26, ink.accent)
        + shape("M70 208Q240 250 410 208Q400 240 360 240Q240 262 120 240Q80 240 70 208Z", ink.dark)
        + stroke("M160 282Q186 262 212 284M268 284Q294 262 320 282", ink.dark, 10)
        + circle(188, 306, 11, ink.dark)
        + circle(292, 306, 11, ink.dark)
        + poly("206,352 274,352 288,384 192,384", ink.dark)
        + stroke("M216 408Q240 418 264 408", ink.dark, 7)
        + shape("M312 650Q320 580 400 566H480Q560 580 570 650Z", ink.accent)
        + shape("M350 440H530V490Q530 576 440 580Q350 576 350 490Z", ink.light)
        + shape("M330 452Q316 352 440 344Q566 352 552 452Q440 420 330 452Z", ink.dark)
        + shape(
            "M318 446Q440 396 566 452Q580 476 552 474Q440 430 336 470Q306 470 318 446Z", ink.dark
        )
        + circle(440, 346, 12, ink.accent)
        + stroke("M440 352L380 436M440 352L500 436", ink.main, 6)
        + circle(404, 500, 15, ink.dark)
        + circle(476, 500, 15, ink.dark)
        + circle(409, 495, 5, ink.light)
        + circle(481, 495, 5, ink.light)
        + stroke("M416 548Q440 560 464 548", ink.dark, 7)
        + stroke("M436 514L430 528H444", ink.dark, 5)
    )


def great_stone_face(ink: Palette) -> str:
    """A magnifying glass, and in it a flat hat and a face that never smiles."""
    glass = (
        turned(
            42,
            300,
            270,
            rect(282, 480, 36, 60, ink.accent),
            rect(268, 530, 64, 230, ink.dark),
            rect(268, 548, 64, 14, ink.accent),
        )
        + circle(300, 270, 240, ink.dark)
        + circle(300, 270, 208, ink.back)
        + shape("M120 384Q200 424 262 430H338Q400 424 480 384A214 214 0 0 1 120 384Z", ink.dark)
        + poly("258,424 342,424 300,476", ink.light)
        + shape("M206 222H300V446Q212 424 206 330Z", ink.light)
        + shape("M300 222H394V330Q388 424 300 446Z", ink.accent)
        + shape("M200 216V310L214 310L218 216ZM400 216V310L386 310L382 216Z", ink.dark)
        + shape("M196 190Q196 116 222 116Q300 136 378 116Q404 116 404 190Z", ink.dark)
        + rect(196, 162, 208, 24, ink.main)
        + shape("M136 190H464Q462 214 438 214H162Q138 214 136 190Z", ink.dark)
        + stroke("M222 266L280 258M320 258L378 266", ink.dark, 13)
        + shape("M226 292Q252 272 280 292L274 306H232Z", ink.dark)
        + shape("M374 292Q348 272 320 292L326 306H368Z", ink.dark)
        + stroke("M296 290L286 356H314", ink.dark, 8)
        + stroke("M266 398H334", ink.dark, 9)
        + stroke("M132 200A184 184 0 0 1 210 108", ink.light, 14)
    )
    return (
        poly("600,0 600,90 90,575 0,575 0,140", ink.main)
        + poly("600,0 600,50 0,500 0,260", ink.light)
        + moved(80, 4, 0.88, glass)
    )


def saint(ink: Palette) -> str:
    """A cropped head, eyes raised, one tear; flames below."""
    flames = "".join(
        shape(
            f"M{x} 530Q{x - 60} {530 - h * 0.4:g} {x + 8} {530 - h:g}Q{x + 6} {530 - h * 0.55:g} "
            f"{x + 52} {530 - h * 0.4:g}Q{x + 60} {530 - h * 0.2:g} {x + 40} 530Z",
            ink.main if red else ink.dark,
        )
        for x, h, red in (
            (20, 230, True),
            (110, 160, False),
            (180, 120, True),
            (460, 170, False),
            (530, 250, True),
            (390, 110, True),
            (280, 90, False),
            (64, 110, True),
            (490, 110, True),
        )
    )
    face = (
        shape("M226 400H300V560H226Z", ink.light)
        + shape("M300 400H374V560H300Z", ink.accent)
        + shape("M300 90Q150 90 150 250Q150 410 300 476Z", ink.light)
        + shape("M300 90Q450 90 450 250Q450 410 300 476Z", ink.accent)
        + shape(
            "M138 262Q120 56 300 52Q480 56 462 262L438 200L410 170L384 184L350 150L316 172"
            "L290 146L256 174L222 158L196 184L168 190Z",
            ink.dark,
        )
        + shape("M180 262Q224 216 270 262Q224 298 180 262Z", ink.back)
        + shape("M330 262Q376 216 420 262Q376 298 330 262Z", ink.back)
        + circle(228, 250, 17, ink.dark)
        + circle(378, 250, 17, ink.dark)
        + stroke("M178 262Q224 214 272 262M328 262Q376 214 422 262", ink.dark, 8)
        + stroke("M176 214Q222 186 268 214M332 214Q376 186 424 214", ink.dark, 9)
        + stroke("M298 250L278 346H316", ink.dark, 8)
        + shape("M256 400Q300 380 344 400Q300 424 256 400Z", ink.main)
        + shape("M216 300Q200 340 216 356Q232 340 216 300Z", ink.main)
    )
    return (
        rect(286, 0, 28, 540, ink.main)
        + rect(0, 226, 600, 28, ink.main)
        + turned(-7, 300, 300, face)
        + flames
    )


def dark_glasses(ink: Palette) -> str:
    """A headscarf and large sunglasses; what they reflect is Paris."""
    tower = (
        shape(
            "M-7 -70H7L10 -10Q16 30 40 66H22Q8 44 0 44Q-8 44 -22 66H-40Q-16 30 -10 -10Z", ink.light
        )
        + rect(-2, -94, 4, 28, ink.light)
        + rect(-17, -6, 34, 6, ink.light)
        + rect(-25, 22, 50, 7, ink.light)
    )
    agent = (
        shape("M-46 70Q-44 14 0 8Q44 14 46 70Z", ink.light)
        + circle(0, -14, 21, ink.light)
        + shape("M-38 -24Q0 -12 38 -24L22 -32Q18 -58 0 -52Q-18 -58 -22 -32Z", ink.light)
    )
    return (
        "".join(ring(300, 310, r, 34, ink.main) for r in range(60, 480, 68))
        + shape("M70 650Q90 540 220 520H380Q510 540 530 650Z", ink.accent)
        + shape(
            "M300 40Q110 40 96 260Q90 420 186 560H414Q510 420 504 260Q490 40 300 40Z", ink.accent
        )
        + shape(
            "M170 250Q170 110 300 110Q430 110 430 250V330Q420 440 300 500Q180 440 170 330Z",
            ink.light,
        )
        + shape(
            "M164 276Q160 104 300 100Q440 104 436 276"
            "Q420 180 340 168Q250 180 206 190Q176 220 164 276Z",
            ink.dark,
        )
        + shape("M234 470L300 560L366 470L420 640H180Z", ink.accent)
        + poly("248,520 352,520 300,560", ink.dark)
        + shape("M120 232H288V300Q280 364 204 364Q126 364 120 300Z", ink.dark)
        + shape("M480 232H312V300Q320 364 396 364Q474 364 480 300Z", ink.dark)
        + rect(280, 236, 40, 16, ink.dark)
        + moved(204, 298, 0.62, tower)
        + moved(396, 298, 0.74, agent)
        + stroke("M300 330V386H284", ink.back, 7)
        + shape("M250 430Q276 408 300 420Q324 408 350 430Q300 470 250 430Z", ink.main)
    )
