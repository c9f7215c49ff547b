{{/* What the schema can't say, or not in words that help. All that is wrong is told at once. */}}
{{- define "aggregator.checks" -}}
{{- $wrong := list -}}
{{- if not .Values.domain -}}
{{- $wrong = append $wrong "domain is not set: the site's host name, for example --set domain=kino.example" -}}
{{- else if not (regexMatch "^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]([a-z0-9-]*[a-z0-9])$" .Values.domain) -}}
{{- $wrong = append $wrong (printf "domain %q is not a host name like kino.example, in small letters, without https:// and path" .Values.domain) -}}
{{- end -}}
{{- if not .Values.image.repository -}}
{{- $wrong = append $wrong "image.repository is not set: where the image is, for example registry.example/cinema" -}}
{{- end -}}
{{- if not (or .Values.image.digest .Values.image.tag) -}}
{{- $wrong = append $wrong "Neither image.digest nor image.tag is set: which image shall run?" -}}
{{- end -}}
{{- if not .Values.cities -}}
{{- $wrong = append $wrong "cities is empty: the site needs at least one city; examples/site.yaml shows how" -}}
{{- end -}}
{{- $seen := list -}}
{{- range .Values.cities -}}
{{- if has .id $seen -}}
{{- $wrong = append $wrong (printf "cities: the id %q is used twice" .id) -}}
{{- end -}}
{{- $seen = append $seen .id -}}
{{- end -}}
{{- range $name := list "SECRET_KEY" "SECRET_KEY_FALLBACKS" -}}
{{- if hasKey $.Values.env $name -}}
{{- $wrong = append $wrong (printf "env.%s is secret and would be readable in the release: put it into a Secret and name that in secrets.existing" $name) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.ingress.enabled .Values.gateway.enabled -}}
{{- $wrong = append $wrong "Both ingress and gateway are enabled: choose one, and set the other's `enabled` to false" -}}
{{- end -}}
{{- if and .Values.gateway.enabled (not .Values.gateway.name) -}}
{{- $wrong = append $wrong "gateway.name is not set: the Gateway that the HTTPRoute attaches to" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (lt (int .Values.autoscaling.max) (int .Values.replicas)) -}}
{{- $wrong = append $wrong (printf "autoscaling.max (%d) is below replicas (%d)" (int .Values.autoscaling.max) (int .Values.replicas)) -}}
{{- end -}}
{{- if $wrong -}}
{{- fail (printf "\n\n%s\n" (join "\n" $wrong)) -}}
{{- end -}}
{{- end }}
