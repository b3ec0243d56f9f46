// Command kstatus says of each object on its standard input, a JSON List as `kubectl get -o json` prints it, which status the
// kstatus library computes: one line with kind/name, status and message.
package main

import (
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

func main() {
	data, err := io.ReadAll(os.Stdin)
	var list unstructured.UnstructuredList
	if err == nil {
		err = list.UnmarshalJSON(data)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kstatus: standard input:", err)
		os.Exit(2)
	}
	for i := range list.Items {
		object := &list.Items[i]
		result, err := status.Compute(object)
		if err != nil {
			fmt.Fprintln(os.Stderr, "kstatus:", object.GetKind(), object.GetName(), err)
			os.Exit(1)
		}
		fmt.Printf("%s/%s %s %s\n", object.GetKind(), object.GetName(), result.Status, result.Message)
	}
}
