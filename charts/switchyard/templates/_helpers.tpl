{{- define "switchyard.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "switchyard.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "switchyard.name" .) -}}
{{- end -}}

{{/* What finds the pods of one part: (dict "root" $ "component" "controller"). A selector can never change. */}}
{{- define "switchyard.selector" -}}
app.kubernetes.io/name: switchyard
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "switchyard.labels" -}}
{{ include "switchyard.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: switchyard
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* An image of ours: (dict "root" $ "component" "deployer"). */}}
{{- define "switchyard.image" -}}
{{- $image := .root.Values.image -}}
{{- if $image.registry }}{{ trimSuffix "/" $image.registry }}/{{ end -}}
switchyard/{{ .component }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{/* The namespaces that are watched, as a JSON object with a list: fromJson takes no bare list. */}}
{{- define "switchyard.namespaces" -}}
{{- dict "list" (.Values.watchNamespaces | default (list .Release.Namespace) | uniq | sortAlpha) | toJson -}}
{{- end -}}

{{- define "switchyard.stateSecret" -}}
{{- include "switchyard.name" . }}-state
{{- end -}}

{{/* The pod's and the container's part of the Pod Security Standard 'restricted'. */}}
{{- define "switchyard.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "switchyard.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Whether the example is there: Helm checks every kind before it makes any, so on the install that brings the CRD it cannot be. */}}
{{- define "switchyard.example" -}}
{{- if and .Values.example.enabled (.Capabilities.APIVersions.Has "machinelearning.seldon.io/v1/SeldonDeployment") }}true{{ end -}}
{{- end -}}
