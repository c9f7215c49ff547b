from cinema.api.router import ApiRouter
from movies.api.views import AllSeancesViewSet, MovieViewSet, SeanceViewSet

router = ApiRouter()
router.register("movies", MovieViewSet, basename="movie")
router.register(r"movies/(?P<movie_id>[^/]+)/seances", SeanceViewSet, basename="seance")
router.register("seances", AllSeancesViewSet, basename="all-seances")

urlpatterns = router.urls
