{{/* What all pods of our image have in common. */}}
{{- define "provider.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  # The only places to write to. They count as memory of the container.
  - name: memory
    emptyDir: {medium: Memory, sizeLimit: 128Mi}
{{- end }}

{{- define "provider.container" -}}
image: {{ include "provider.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
envFrom: {{- include "provider.envFrom" . | trim | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: memory, mountPath: /tmp, subPath: tmp}
  - {name: memory, mountPath: /dev/shm, subPath: shm}
{{- end }}
