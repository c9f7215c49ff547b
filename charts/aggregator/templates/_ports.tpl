{{/* The ports that the site calls others at: its cities and the collector of traces. */}}
{{- define "aggregator.ports" -}}
{{- $urls := list -}}
{{- range include "aggregator.cities" . | fromJsonArray -}}
{{- $urls = append $urls .url -}}
{{- end -}}
{{- with .Values.tracesUrl -}}
{{- $urls = append $urls . -}}
{{- end -}}
{{- $ports := list -}}
{{- range $urls -}}
{{- $parts := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $parts.host | trimPrefix ":" -}}
{{- $ports = append $ports (int ($port | default (ternary "443" "80" (eq $parts.scheme "https")))) -}}
{{- end -}}
{{ $ports | uniq | toJson }}
{{- end }}
