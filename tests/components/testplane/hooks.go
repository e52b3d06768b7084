package main

import (
	"encoding/json"
	"fmt"
	"net/http"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Admission webhooks with the habits that make a dry-run lie. A test names one in a webhook configuration
// of its own, limited to its own namespace; nothing is hooked otherwise.
const stampAnnotation = "hooks.kubechat.dev/stamp"

// hook answers one admission request: a refusal (empty: none) and a JSON patch (nil: none).
type hook func(request *admissionv1.AdmissionRequest, dry bool) (refusal string, patch []map[string]any)

var hooks = map[string]hook{
	// A webhook that can't tell a rehearsal from the real thing, and says so.
	"refuses-dry-run": func(_ *admissionv1.AdmissionRequest, dry bool) (string, []map[string]any) {
		if dry {
			return "this webhook does not support dry run", nil
		}
		return "", nil
	},
	// The rehearsal is well, the write is refused.
	"refuses-writes": func(_ *admissionv1.AdmissionRequest, dry bool) (string, []map[string]any) {
		if !dry {
			return "not today", nil
		}
		return "", nil
	},
	// Another value at every call: no two dry-runs agree on it.
	"stamps": func(request *admissionv1.AdmissionRequest, _ bool) (string, []map[string]any) {
		return "", annotate(request, randomToken())
	},
	// Writes more than the dry-run showed.
	"meddles": func(request *admissionv1.AdmissionRequest, dry bool) (string, []map[string]any) {
		if dry {
			return "", nil
		}
		return "", annotate(request, "meddled")
	},
	// Sends every Deployment's first container to a floating tag, in rehearsals too.
	"floats": func(request *admissionv1.AdmissionRequest, _ bool) (string, []map[string]any) {
		if request.Kind.Kind != "Deployment" {
			return "", annotate(request, "floats")
		}
		const image = "/spec/template/spec/containers/0/image"
		return "", []map[string]any{{"op": "replace", "path": image, "value": "registry.example/web:latest"}}
	},
}

func annotate(request *admissionv1.AdmissionRequest, value string) []map[string]any {
	var object metav1.PartialObjectMetadata
	if json.Unmarshal(request.Object.Raw, &object) != nil {
		return nil
	}
	annotations := object.Annotations
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[stampAnnotation] = value
	return []map[string]any{{"op": "add", "path": "/metadata/annotations", "value": annotations}}
}

func serveHook(w http.ResponseWriter, r *http.Request) {
	answer := hooks[r.PathValue("hook")]
	var review admissionv1.AdmissionReview
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil || answer == nil || review.Request == nil {
		http.Error(w, fmt.Sprintf("no admission review, or no hook %q", r.PathValue("hook")), http.StatusBadRequest)
		return
	}
	refusal, patch := answer(review.Request, review.Request.DryRun != nil && *review.Request.DryRun)
	review.Response = &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: refusal == ""}
	if refusal != "" {
		review.Response.Result = &metav1.Status{Message: refusal, Code: http.StatusBadRequest}
	}
	if patch != nil {
		kind := admissionv1.PatchTypeJSONPatch
		review.Response.PatchType = &kind
		review.Response.Patch, _ = json.Marshal(patch)
	}
	review.Request = nil
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(review)
}
