"""What is drawn on each poster, above its title: one function per film, grouped by subject.

A motif fills 600 units across and, from the top, as far down as its title allows: 628 units
above a title of one line, 556 of two, 512 of three; what lies lower is covered. It uses no
colours but its palette's.
"""
