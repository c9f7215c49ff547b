"""Which addresses are for whom."""

# What people look at; everything else is for programs.
PAGES = ("/admin/", "/i18n/", "/payments/sandbox/")
