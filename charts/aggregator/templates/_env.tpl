{{- define "aggregator.env" -}}
{{- $env := dict
      "DJANGO_SETTINGS_MODULE" "aggregator.settings"
      "BIND" "0.0.0.0:8000"
      "WEB_CONCURRENCY" .Values.web.workers
      "GRACEFUL_SECONDS" .Values.web.gracefulSeconds
      "CITIES_FILE" "/etc/cinema/cities.json"
      "SITE_URL" (printf "https://%s" .Values.domain)
      "ALLOWED_HOSTS" .Values.domain
      "CSRF_TRUSTED_ORIGINS" (printf "https://%s" .Values.domain)
      "TRUSTED_PROXIES" .Values.proxies.count
      "LANGUAGE" .Values.language
      "POSTER_HOSTS" (join "," .Values.posterHosts)
      "HOLDS_PER_MINUTE" .Values.limits.holdsPerMinute
      "PURCHASES_PER_MINUTE" .Values.limits.purchasesPerMinute
      "UNKNOWN_BOOKINGS_PER_MINUTE" .Values.limits.unknownBookingsPerMinute
      "RELAYED_BOOKINGS_PER_MINUTE" .Values.limits.relayedBookingsPerMinute
      "LOG_LEVEL" .Values.logLevel
      "LOG_FORMAT" "json"
      "TRACES_URL" .Values.tracesUrl -}}
{{- range $name, $value := merge (deepCopy .Values.env) $env }}
- {name: {{ $name }}, value: {{ include "aggregator.text" $value | quote }}}
{{- end }}
{{- end }}

{{/* A value as people wrote it. Helm reads numbers as floats: 33554432 would become 3.3554432e+07. */}}
{{- define "aggregator.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) }}{{ int64 . }}{{ else }}{{ toString . }}{{ end -}}
{{- end }}
