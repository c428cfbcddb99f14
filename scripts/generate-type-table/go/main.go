// Prints, as JSON, what Go knows of the Kubernetes API types and OpenAPI does not tell: names of Go types,
// how a field is emitted when it is empty, pointers, and the keys of strategic merge patches.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	apps "k8s.io/api/apps/v1"
	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batch "k8s.io/api/batch/v1"
	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	events "k8s.io/api/events/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	rbac "k8s.io/api/rbac/v1"
	scheduling "k8s.io/api/scheduling/v1"
	storage "k8s.io/api/storage/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

type field struct {
	Name          string    `json:"name"`
	Type          *typeNode `json:"type"`
	Emit          string    `json:"emit"`
	PatchStrategy string    `json:"patchStrategy,omitempty"`
	PatchMergeKey string    `json:"patchMergeKey,omitempty"`
}

type typeNode struct {
	// Kind is a Go kind, or one of the types with a JSON form of their own.
	Kind    string    `json:"kind"`
	Struct  string    `json:"struct,omitempty"`
	Element *typeNode `json:"element,omitempty"`
}

type structType struct {
	Fields []field `json:"fields"`
}

// The types that read and write JSON in a way of their own.
var special = map[string]string{
	"k8s.io/apimachinery/pkg/api/resource.Quantity":                                         "quantity",
	"k8s.io/apimachinery/pkg/apis/meta/v1.Time":                                             "time",
	"k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime":                                        "microTime",
	"k8s.io/apimachinery/pkg/apis/meta/v1.Duration":                                         "duration",
	"k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1":                                         "fieldsV1",
	"k8s.io/apimachinery/pkg/util/intstr.IntOrString":                                       "intOrString",
	"k8s.io/apimachinery/pkg/runtime.RawExtension":                                          "rawExtension",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON":                         "anyJson",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrArray":       "schemaOrArray",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrBool":        "schemaOrBool",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrStringArray": "schemaOrStrings",
}

var structs = map[string]structType{}

// modelName turns a Go type's full name into its name in OpenAPI: io.k8s.api.apps.v1.Deployment.
func modelName(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	host := strings.Split(parts[0], ".")
	for left, right := 0, len(host)-1; left < right; left, right = left+1, right-1 {
		host[left], host[right] = host[right], host[left]
	}
	return strings.Join(append(append(host, parts[1:]...), t.Name()), ".")
}

func describe(t reflect.Type) *typeNode {
	if kind, ok := special[t.PkgPath()+"."+t.Name()]; ok {
		return &typeNode{Kind: kind}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return &typeNode{Kind: "pointer", Element: describe(t.Elem())}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return &typeNode{Kind: "bytes"}
		}
		return &typeNode{Kind: "slice", Element: describe(t.Elem())}
	case reflect.Map:
		return &typeNode{Kind: "map", Element: describe(t.Elem())}
	case reflect.Struct:
		describeStruct(t)
		return &typeNode{Kind: "struct", Struct: modelName(t)}
	default:
		return &typeNode{Kind: t.Kind().String()}
	}
}

func describeStruct(t reflect.Type) {
	name := modelName(t)
	if _, known := structs[name]; known {
		return
	}
	structs[name] = structType{}
	structs[name] = structType{Fields: fieldsOf(t)}
}

// fieldsOf flattens embedded structs, as encoding/json does.
func fieldsOf(t reflect.Type) []field {
	fields := []field{}
	for index := range t.NumField() {
		at := t.Field(index)
		name, options, _ := strings.Cut(at.Tag.Get("json"), ",")
		if name == "-" || !at.IsExported() {
			continue
		}
		if at.Anonymous && name == "" {
			fields = append(fields, fieldsOf(at.Type)...)
			continue
		}
		if name == "" {
			name = at.Name
		}
		fields = append(fields, field{
			Name: name, Type: describe(at.Type), Emit: emission(at.Type, options),
			PatchStrategy: at.Tag.Get("patchStrategy"), PatchMergeKey: at.Tag.Get("patchMergeKey"),
		})
	}
	return fields
}

// emission says when the encoder leaves a field out. With both options, omitzero decides for structs alone.
func emission(t reflect.Type, options string) string {
	set := strings.Split(options, ",")
	zero, empty := slices.Contains(set, "omitzero"), slices.Contains(set, "omitempty")
	switch {
	case zero && (!empty || t.Kind() == reflect.Struct):
		return "omitzero"
	case empty:
		return "omitempty"
	default:
		return "always"
	}
}

func main() {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		admissionregistration.AddToScheme, apps.AddToScheme, authentication.AddToScheme, authorization.AddToScheme, autoscalingv1.AddToScheme,
		autoscalingv2.AddToScheme, batch.AddToScheme, coordination.AddToScheme, core.AddToScheme, discovery.AddToScheme,
		events.AddToScheme, networking.AddToScheme, policy.AddToScheme, rbac.AddToScheme, scheduling.AddToScheme,
		storage.AddToScheme, apiextensions.AddToScheme, apiregistration.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	kinds := map[string]string{}
	for kind, t := range scheme.AllKnownTypes() {
		if kind.Version == runtime.APIVersionInternal {
			continue
		}
		kinds[kind.Group+"/"+kind.Version+"/"+kind.Kind] = describe(t).Struct
	}
	describe(reflect.TypeFor[meta.Status]())
	describe(reflect.TypeFor[meta.DeleteOptions]())
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(map[string]any{"kinds": kinds, "structs": structs}); err != nil {
		panic(err)
	}
}
