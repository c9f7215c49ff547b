{{- define "provider.host" -}}
provider-backend.{{ .Values.city }}.{{ .Values.domain }}
{{- end }}

{{- define "provider.database" -}}
{{ .Values.city }}-postgresql
{{- end }}

{{- define "provider.secret" -}}
{{ .Values.secrets.existing | default (printf "%s-secret" .Values.city) }}
{{- end }}

{{/* Of all pods of this release that run our image; `component` tells them apart: web, chores, migrate, daily. */}}
{{- define "provider.selector" -}}
app.kubernetes.io/name: provider-backend
app.kubernetes.io/instance: {{ .Values.city }}
{{- end }}

{{- define "provider.labels" -}}
{{ include "provider.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/part-of: cinema
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
cinema/city: {{ .Values.city }}
{{- end }}

{{- define "provider.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end -}}
{{- end }}

{{/* The numbers of the database's instances, as JSON: each has a Service, and so a name that leads to it alone. */}}
{{- define "provider.instances" -}}
{{- $all := list -}}
{{- range untilStep 1 (add1 .Values.postgresql.instances | int) 1 -}}
{{- $all = append $all . -}}
{{- end -}}
{{ .Values.postgresql.numbers | default $all | toJson }}
{{- end }}
