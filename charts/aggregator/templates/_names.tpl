{{- define "aggregator.selector" -}}
app.kubernetes.io/name: aggregator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "aggregator.labels" -}}
{{ include "aggregator.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/part-of: cinema
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "aggregator.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end -}}
{{- end }}

{{- define "aggregator.secret" -}}
{{ .Values.secrets.existing | default (printf "%s-secret" .Release.Name) }}
{{- end }}

{{/* The JSON list of docs/aggregator.md, with what the chart knows by itself. */}}
{{- define "aggregator.cities" -}}
{{- $domain := .Values.domain -}}
{{- $cities := list -}}
{{- range .Values.cities -}}
{{- $known := dict "url" (printf "http://%s.%s.svc:8001" .id .id)
      "public_url" (printf "https://provider-backend.%s.%s" .id $domain) -}}
{{- $cities = append $cities (merge (deepCopy .) $known) -}}
{{- end -}}
{{ toPrettyJson $cities }}
{{- end }}
