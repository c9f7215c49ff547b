"""The storefront's pages: each is an async view that asks one city and answers with a template."""
