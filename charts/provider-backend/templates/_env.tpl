{{/* What every process of the provider is told. Passwords come from Secrets, and are put into addresses by kubelet. */}}
{{- define "provider.env" -}}
{{- $url := printf "https://%s" (include "provider.host" .) -}}
{{- $service := printf "%s.%s" .Values.city .Release.Namespace -}}
{{- $env := dict
      "CITY" .Values.city
      "CITY_NAME" (.Values.cinema.name | default .Values.city)
      "TIME_ZONE" .Values.cinema.timeZone
      "CURRENCY" .Values.cinema.currency
      "LANGUAGE" .Values.cinema.language
      "PUBLIC_URL" $url
      "SITE_URL" (printf "https://%s" .Values.domain)
      "ALLOWED_HOSTS" (join "," (list (include "provider.host" .) .Values.city $service
          (printf "%s.svc" $service) (printf "%s.svc.cluster.local" $service)))
      "CSRF_TRUSTED_ORIGINS" $url
      "FORWARDED_ALLOW_IPS" .Values.proxies.addresses
      "TRUSTED_PROXIES" .Values.proxies.count
      "BOOKING_MAX_SEATS" .Values.selling.maxSeats
      "HOLD_MINUTES" .Values.selling.holdMinutes
      "CANCELLATION_MINUTES" .Values.selling.cancellationMinutes
      "PAYMENTS" .Values.selling.payments
      "EMAIL_FROM" (.Values.selling.emailFrom | default (printf "tickets@%s" .Values.domain))
      "DATABASE_POOL_SIZE" .Values.web.poolSize
      "LOG_LEVEL" .Values.logLevel
      "LOG_FORMAT" "json"
      "TRACES_URL" .Values.tracesUrl -}}
{{- range $name, $value := merge (deepCopy .Values.env) $env }}
- {name: {{ $name }}, value: {{ include "provider.text" $value | quote }}}
{{- end }}
{{- include "provider.primary" . }}
{{- end }}

{{/* DATABASE_URL: the Service that leads to whichever instance is the primary. */}}
{{- define "provider.primary" }}
{{- if eq .Values.database.type "external" }}
- name: DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ .Values.database.external.secret }}, key: DATABASE_URL}}
{{- else }}
{{- $database := include "provider.database" . }}
- name: DATABASE_USER
  valueFrom: {secretKeyRef: {name: {{ $database }}-app, key: username}}
- name: DATABASE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ $database }}-app, key: password}}
- name: DATABASE_URL
  value: {{ include "provider.databaseUrl" (printf "%s-primary" $database) }}
{{- end }}
{{- end }}

{{/* DATABASE_REPLICA_URLS: every instance by its own name, the present primary too. Roles change in a failover, names
don't; the provider sees who is behind, and reads from a primary as well as from a replica. */}}
{{- define "provider.replicas" }}
{{- if eq .Values.database.type "external" }}
- name: DATABASE_REPLICA_URLS
  valueFrom: {secretKeyRef: {name: {{ .Values.database.external.secret }}, key: DATABASE_REPLICA_URLS, optional: true}}
{{- else }}
{{- $urls := list }}
{{- range include "provider.instances" . | fromJsonArray }}
{{- $urls = append $urls (include "provider.databaseUrl" (printf "%s-%d" (include "provider.database" $) (int .))) }}
{{- end }}
- name: DATABASE_REPLICA_URLS
  value: {{ join "," $urls }}
{{- end }}
{{- end }}

{{- define "provider.databaseUrl" -}}
postgres://$(DATABASE_USER):$(DATABASE_PASSWORD)@{{ . }}:5432/cinema?sslmode=require
{{- end }}

{{- define "provider.envFrom" }}
{{- range prepend .Values.secrets.more (include "provider.secret" .) }}
- secretRef: {name: {{ . }}}
{{- end }}
{{- end }}

{{/* A value as people wrote it. Helm reads numbers as floats: 33554432 would become 3.3554432e+07. */}}
{{- define "provider.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) }}{{ int64 . }}{{ else }}{{ toString . }}{{ end -}}
{{- end }}
