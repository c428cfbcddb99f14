// Prints objects of every kind, filled by chance from a fixed seed, in both forms in which clients send them: one line
// a sample, with the base64 of the protocol buffers and the JSON that Go makes of what it reads from them.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"evenkeel.example/type-table/kubetypes"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	seed     = 1
	deepest  = 9
	perKind  = 4
	schemata = "JSONSchemaProps"
)

type filler struct {
	random *rand.Rand
	depth  int
	// schemas counts how deep schemas lie in schemas.
	schemas int
}

func (f *filler) text() string {
	words := []string{"", "web", "α β", "1", "a/b", "quote\"", "end\n"}
	return words[f.random.Intn(len(words))]
}

// special fills the types that have a wire form of their own.
func (f *filler) special(v reflect.Value) bool {
	switch at := v.Addr().Interface().(type) {
	case *meta.Time:
		*at = meta.NewTime(time.Unix(f.random.Int63n(4_000_000_000)-1_000_000, 0).UTC())
	case *meta.MicroTime:
		*at = meta.NewMicroTime(time.UnixMicro(f.random.Int63n(4_000_000_000_000_000)).UTC())
	case *resource.Quantity:
		texts := []string{"0", "100m", "1Gi", "2500M", "1.5", "12e3", "-3"}
		*at = resource.MustParse(texts[f.random.Intn(len(texts))])
	case *intstr.IntOrString:
		if f.random.Intn(2) == 0 {
			*at = intstr.FromInt32(f.random.Int31() - 1<<30)
		} else {
			*at = intstr.FromString("25%")
		}
	case *meta.FieldsV1:
		at.Raw = []byte(`{"f:spec":{"f:x":{}}}`)
	case *runtime.RawExtension:
		at.Raw = []byte(`{"a":[1,{"b":null}]}`)
	case *apiextensions.JSON:
		at.Raw = []byte([]string{`{"a":"b"}`, `[1,2.5]`, `"text"`, `true`}[f.random.Intn(4)])
	case *apiextensions.JSONSchemaPropsOrArray:
		if f.random.Intn(2) == 0 {
			at.Schema = &apiextensions.JSONSchemaProps{Type: "string"}
		} else {
			at.JSONSchemas = []apiextensions.JSONSchemaProps{{Type: "string"}, {}}
		}
	case *apiextensions.JSONSchemaPropsOrBool:
		if at.Allows = f.random.Intn(2) == 0; at.Allows {
			at.Schema = &apiextensions.JSONSchemaProps{Type: "integer"}
		}
	case *apiextensions.JSONSchemaPropsOrStringArray:
		if f.random.Intn(2) == 0 {
			at.Schema = &apiextensions.JSONSchemaProps{Title: "t"}
		} else {
			at.Property = []string{"a", ""}
		}
	default:
		return false
	}
	return true
}

func (f *filler) fill(v reflect.Value) {
	if f.special(v) || f.depth > deepest {
		return
	}
	f.depth++
	defer func() { f.depth-- }()
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.text())
	case reflect.Bool:
		v.SetBool(f.random.Intn(2) == 0)
	case reflect.Int32:
		v.SetInt(int64(int32(f.random.Uint32())))
	case reflect.Int64:
		v.SetInt(int64(f.random.Uint64()) >> f.random.Intn(60))
	case reflect.Float64:
		v.SetFloat(f.random.Float64() * 100)
	case reflect.Pointer:
		if f.random.Intn(2) == 0 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem())
		}
	case reflect.Slice:
		f.fillSlice(v)
	case reflect.Map:
		if f.random.Intn(2) == 0 {
			f.fillMap(v)
		}
	case reflect.Struct:
		f.fillStruct(v)
	default:
		panic(v.Type())
	}
}

func (f *filler) fillSlice(v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		v.SetBytes([]byte{0, 255, byte(f.random.Intn(256))}[:f.random.Intn(3)+1])
		return
	}
	length := f.random.Intn(3)
	if length == 0 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), length, length))
	for index := range length {
		f.fill(v.Index(index))
	}
}

func (f *filler) fillMap(v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	for index := range 2 {
		value := reflect.New(v.Type().Elem()).Elem()
		f.fill(value)
		key := reflect.ValueOf(fmt.Sprintf("key%d", index)).Convert(v.Type().Key())
		v.SetMapIndex(key, value)
	}
}

func (f *filler) fillStruct(v reflect.Value) {
	if v.Type().Name() == schemata {
		if f.schemas > 1 {
			return
		}
		f.schemas++
		defer func() { f.schemas-- }()
	}
	for index := range v.NumField() {
		at := v.Type().Field(index)
		if at.IsExported() && at.Name != "TypeMeta" && f.random.Intn(3) > 0 {
			f.fill(v.Field(index))
		}
	}
}

type sample struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Protobuf   string          `json:"protobuf"`
	JSON       json.RawMessage `json:"json"`
}

func main() {
	scheme := kubetypes.Scheme()
	wanted := map[string]bool{}
	if err := json.NewDecoder(os.Stdin).Decode(&wanted); err != nil {
		panic(err)
	}
	kinds := []schema.GroupVersionKind{}
	for kind := range scheme.AllKnownTypes() {
		apiVersion, name := kind.ToAPIVersionAndKind()
		if wanted[apiVersion+"/"+name] {
			kinds = append(kinds, kind)
		}
	}
	slices.SortFunc(kinds, func(a, b schema.GroupVersionKind) int { return strings.Compare(a.String(), b.String()) })
	serializer := protobuf.NewSerializer(scheme, scheme)
	random := rand.New(rand.NewSource(seed))
	out := json.NewEncoder(os.Stdout)
	for _, kind := range kinds {
		for range perKind {
			if err := out.Encode(sampleOf(scheme, serializer, kind, random)); err != nil {
				panic(err)
			}
		}
	}
}

func sampleOf(scheme *runtime.Scheme, serializer runtime.Serializer, kind schema.GroupVersionKind, random *rand.Rand) sample {
	object, err := scheme.New(kind)
	if err != nil {
		panic(err)
	}
	f := &filler{random: random}
	f.fill(reflect.ValueOf(object).Elem())
	object.GetObjectKind().SetGroupVersionKind(kind)
	var encoded bytes.Buffer
	if err := serializer.Encode(object, &encoded); err != nil {
		panic(err)
	}
	read, _, err := serializer.Decode(encoded.Bytes(), nil, nil)
	if err != nil {
		panic(err)
	}
	read.GetObjectKind().SetGroupVersionKind(kind)
	text, err := json.Marshal(read)
	if err != nil {
		panic(fmt.Errorf("%s: %w", kind, err))
	}
	apiVersion, name := kind.ToAPIVersionAndKind()
	return sample{APIVersion: apiVersion, Kind: name, Protobuf: base64.StdEncoding.EncodeToString(encoded.Bytes()), JSON: text}
}
