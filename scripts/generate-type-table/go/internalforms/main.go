// Prints, as JSON, the fields of the inner Go types that a kube-apiserver prints in its findings, in the order of the struct.
// Its arguments are the files with the inner core types and with those of v1, which have the JSON names.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strconv"
	"strings"
)

// The types that are printed whole; all that they need comes along.
var roots = []string{"PodTemplateSpec", "PersistentVolumeClaimSpec", "PersistentVolumeSource"}

type types map[string]ast.Expr

func parse(path string) types {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		panic(err)
	}
	found := types{}
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			if each, ok := spec.(*ast.TypeSpec); ok {
				found[each.Name.Name] = each.Type
			}
		}
	}
	return found
}

// structOf gives the fields of a struct type, nil for any other.
func (known types) structOf(name string) *ast.StructType {
	found, _ := known[name].(*ast.StructType)
	return found
}

// jsonNames maps Go's field names of a v1 struct to their names in JSON, those of embedded structs too.
func (known types) jsonNames(name string) map[string]string {
	names := map[string]string{}
	found := known.structOf(name)
	if found == nil {
		return names
	}
	for _, field := range found.Fields.List {
		if embedded, ok := field.Type.(*ast.Ident); ok && len(field.Names) == 0 {
			for inner, key := range known.jsonNames(embedded.Name) {
				names[inner] = key
			}
		}
		if field.Tag == nil {
			continue
		}
		tag, err := strconv.Unquote(field.Tag.Value)
		if err != nil {
			panic(err)
		}
		key, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		for _, each := range field.Names {
			names[each.Name] = key
		}
	}
	return names
}

// Types of other packages, by what a field of them is.
var foreign = map[string]string{
	"types.UID":            "text",
	"intstr.IntOrString":   "number",
	"resource.Quantity":    "quantity",
	"metav1.LabelSelector": "selector",
}

var basic = map[string]string{"string": "text", "bool": "bool", "int": "number", "int32": "number", "int64": "number"}

type writer struct {
	inner, v1 types
	forms     map[string][]string
}

// kindOf says what a field is, and names its struct.
func (out *writer) kindOf(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return out.kindBehind(t.X, "ptr")
	case *ast.ArrayType:
		return out.kindBehind(t.Elt, "list")
	case *ast.MapType:
		return "map"
	case *ast.SelectorExpr:
		name := fmt.Sprintf("%s.%s", t.X, t.Sel)
		if kind, ok := foreign[name]; ok {
			return kind
		}
		panic("no such type: " + name)
	case *ast.Ident:
		if kind, ok := basic[t.Name]; ok {
			return kind
		}
		if out.inner.structOf(t.Name) != nil {
			out.add(t.Name)
			return "struct " + t.Name
		}
		return out.kindOf(out.inner[t.Name])
	default:
		panic(fmt.Sprintf("no such type: %T", t))
	}
}

// kindBehind is the kind of a pointer or list: what is no struct inside is printed as it is.
func (out *writer) kindBehind(t ast.Expr, kind string) string {
	inside := out.kindOf(t)
	if name, ok := strings.CutPrefix(inside, "struct "); ok {
		return kind + " " + name
	}
	if inside == "selector" {
		return inside
	}
	return "nil"
}

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// fieldsOf flattens embedded structs, as encoding/json does.
func (out *writer) fieldsOf(name string) []string {
	keys := out.v1.jsonNames(name)
	fields := []string{}
	for _, field := range out.inner.structOf(name).Fields.List {
		if len(field.Names) == 0 {
			if embedded, ok := field.Type.(*ast.Ident); ok {
				fields = append(fields, out.fieldsOf(embedded.Name)...)
			} else {
				fields = append(fields, "meta")
			}
			continue
		}
		for _, each := range field.Names {
			label := each.Name
			if key, ok := keys[each.Name]; ok && key != lowerFirst(each.Name) {
				label += "=" + key
			}
			fields = append(fields, label+" "+out.kindOf(field.Type))
		}
	}
	return fields
}

func (out *writer) add(name string) {
	if _, known := out.forms[name]; known {
		return
	}
	out.forms[name] = nil // types may refer to themselves
	out.forms[name] = out.fieldsOf(name)
}

func main() {
	out := &writer{inner: parse(os.Args[1]), v1: parse(os.Args[2]), forms: map[string][]string{}}
	for _, root := range roots {
		out.add(root)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out.forms); err != nil {
		panic(err)
	}
}
