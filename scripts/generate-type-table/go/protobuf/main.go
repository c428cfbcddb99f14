// Prints, as JSON, the protocol buffer field numbers of the Kubernetes API types: of each struct, by its OpenAPI name,
// the numbers with the JSON names of their fields. A struct that JSON knows inlined is a message of its own there.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"evenkeel.example/type-table/kubetypes"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// fields has a JSON name (string) or the fields of an inlined struct by number.
type fields map[string]any

var structs = map[string]fields{}

type message interface {
	Unmarshal([]byte) error
}

// modelName turns a Go type's full name into its name in OpenAPI: io.k8s.api.apps.v1.Deployment.
func modelName(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	host := strings.Split(parts[0], ".")
	for left, right := 0, len(host)-1; left < right; left, right = left+1, right-1 {
		host[left], host[right] = host[right], host[left]
	}
	return strings.Join(append(append(host, parts[1:]...), t.Name()), ".")
}

func visit(t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		if t.Kind() == reflect.Slice && reflect.PointerTo(t).Implements(reflect.TypeFor[message]()) {
			// A list with a name may be a message with one field.
			structs[modelName(t)] = fields{"1": "items"}
		}
		visit(t.Elem())
	case reflect.Map:
		visit(t.Elem())
	case reflect.Struct:
		name := modelName(t)
		if _, known := structs[name]; !known {
			structs[name] = fields{}
			structs[name] = fieldsOf(t)
		}
	}
}

func fieldsOf(t reflect.Type) fields {
	found := fields{}
	for index := range t.NumField() {
		at := t.Field(index)
		parts := strings.Split(at.Tag.Get("protobuf"), ",")
		if len(parts) < 2 {
			continue
		}
		if _, taken := found[parts[1]]; taken {
			panic(fmt.Sprintf("%s has two fields %s", t, parts[1]))
		}
		name, _, _ := strings.Cut(at.Tag.Get("json"), ",")
		if at.Anonymous && name == "" {
			found[parts[1]] = fieldsOf(at.Type)
			visitFields(at.Type)
			continue
		}
		found[parts[1]] = name
		visit(at.Type)
	}
	return found
}

func visitFields(t reflect.Type) {
	for index := range t.NumField() {
		visit(t.Field(index).Type)
	}
}

func main() {
	for kind, t := range kubetypes.Scheme().AllKnownTypes() {
		if kind.Version != runtime.APIVersionInternal {
			visit(t)
		}
	}
	visit(reflect.TypeFor[meta.DeleteOptions]())
	if err := json.NewEncoder(os.Stdout).Encode(structs); err != nil {
		panic(err)
	}
}
