package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	metricsv1 "k8s.io/metrics/pkg/apis/metrics/v1beta1"
)

// A metrics API of our own, metrics.k8s.io/v1beta1, behind the API server's aggregation layer. It is not
// metrics-server: no container runs, so there is no cgroup to read. What each container is said to use
// stands in the annotation kubechat.dev/usage ("CPU,MEMORY", with .CONTAINER at the end for one of them);
// without it, half of what it requests. Everything between is real: APIService, availability, discovery,
// the proxy with the front-proxy certificate, RBAC by the API server, and the wire format. As with the
// real one, a container that does not run has no row, and neither has a pod without such containers.
//
// It is always served here and registered nowhere: a test registers it (Plane::serve_metrics of the
// harness), because a cluster with metrics scales by itself.
const (
	usageAnnotation = "kubechat.dev/usage"
	metricsPort     = "4443" // of the Service; the egress leads it here
	metricsGroup    = "metrics.k8s.io"
	metricsVersion  = metricsGroup + "/v1beta1"
	metricsWindow   = 15 * time.Second
)

func (k *kubelet) serveMetrics(mux *http.ServeMux) {
	version := metav1.GroupVersionForDiscovery{GroupVersion: metricsVersion, Version: "v1beta1"}
	group := metav1.APIGroup{TypeMeta: metav1.TypeMeta{Kind: "APIGroup", APIVersion: "v1"}, Name: metricsGroup,
		Versions: []metav1.GroupVersionForDiscovery{version}, PreferredVersion: version}
	verbs := metav1.Verbs{"get", "list"}
	resources := metav1.APIResourceList{TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"},
		GroupVersion: metricsVersion, APIResources: []metav1.APIResource{
			{Name: "nodes", Kind: "NodeMetrics", Verbs: verbs},
			{Name: "pods", Kind: "PodMetrics", Namespaced: true, Verbs: verbs},
		}}
	base := "GET /apis/" + metricsVersion
	serve := func(pattern string, answer func(*http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if len(r.TLS.PeerCertificates) == 0 {
				http.Error(w, "only the API server may ask", http.StatusUnauthorized)
				return
			}
			answerJSON(w, r, answer)
		})
	}
	serve("GET /apis/"+metricsGroup, func(*http.Request) (any, error) { return group, nil })
	serve(base, func(*http.Request) (any, error) { return resources, nil })
	serve(base+"/nodes", func(r *http.Request) (any, error) { return k.nodeMetrics(r) })
	serve(base+"/nodes/{name}", func(r *http.Request) (any, error) {
		all, err := k.nodeMetrics(r)
		return named(all.Items, err, "nodes", r.PathValue("name"))
	})
	serve(base+"/pods", func(r *http.Request) (any, error) { return k.podMetrics(r) })
	serve(base+"/namespaces/{namespace}/pods", func(r *http.Request) (any, error) { return k.podMetrics(r) })
	serve(base+"/namespaces/{namespace}/pods/{name}", func(r *http.Request) (any, error) {
		all, err := k.podMetrics(r)
		return named(all.Items, err, "pods", r.PathValue("name"))
	})
}

func answerJSON(w http.ResponseWriter, r *http.Request, answer func(*http.Request) (any, error)) {
	body, err := answer(r)
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		status := apierrors.NewInternalError(err).Status()
		if known, ok := err.(apierrors.APIStatus); ok {
			status = known.Status()
		}
		status.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
		w.WriteHeader(int(status.Code))
		body = status
	}
	_ = json.NewEncoder(w).Encode(body)
}

// named is the one of that name.
func named[T metricsv1.NodeMetrics | metricsv1.PodMetrics](all []T, err error, resource, name string) (any, error) {
	if err != nil {
		return nil, err
	}
	for i := range all {
		if object, ok := any(&all[i]).(metav1.Object); ok && object.GetName() == name {
			return all[i], nil
		}
	}
	return nil, apierrors.NewNotFound(schema.GroupResource{Group: metricsGroup, Resource: resource}, name)
}

func (k *kubelet) podMetrics(r *http.Request) (metricsv1.PodMetricsList, error) {
	list := metricsv1.PodMetricsList{TypeMeta: metav1.TypeMeta{Kind: "PodMetricsList", APIVersion: metricsVersion},
		Items: []metricsv1.PodMetrics{}}
	options := metav1.ListOptions{LabelSelector: r.URL.Query().Get("labelSelector")}
	pods, err := k.client.CoreV1().Pods(r.PathValue("namespace")).List(r.Context(), options)
	if err != nil {
		return list, err
	}
	now := metav1.Now()
	for i := range pods.Items {
		pod := &pods.Items[i]
		containers := used(pod)
		if len(containers) == 0 {
			continue
		}
		list.Items = append(list.Items, metricsv1.PodMetrics{
			TypeMeta:   metav1.TypeMeta{Kind: "PodMetrics", APIVersion: metricsVersion},
			ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace, Labels: pod.Labels, CreationTimestamp: now},
			Timestamp:  now, Window: metav1.Duration{Duration: metricsWindow}, Containers: containers,
		})
	}
	return list, nil
}

func (k *kubelet) nodeMetrics(r *http.Request) (metricsv1.NodeMetricsList, error) {
	list := metricsv1.NodeMetricsList{TypeMeta: metav1.TypeMeta{Kind: "NodeMetricsList", APIVersion: metricsVersion},
		Items: []metricsv1.NodeMetrics{}}
	options := metav1.ListOptions{LabelSelector: r.URL.Query().Get("labelSelector")}
	nodes, err := k.client.CoreV1().Nodes().List(r.Context(), options)
	if err != nil {
		return list, err
	}
	pods, err := k.client.CoreV1().Pods("").List(r.Context(), metav1.ListOptions{})
	if err != nil {
		return list, err
	}
	sums := map[string]corev1.ResourceList{}
	for i := range pods.Items {
		node := pods.Items[i].Spec.NodeName
		if sums[node] == nil {
			sums[node] = corev1.ResourceList{}
		}
		for _, container := range used(&pods.Items[i]) {
			for name, quantity := range container.Usage {
				sum := sums[node][name]
				sum.Add(quantity)
				sums[node][name] = sum
			}
		}
	}
	now := metav1.Now()
	for _, node := range nodes.Items {
		usage := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("0"), corev1.ResourceMemory: resource.MustParse("0")}
		for name, quantity := range sums[node.Name] {
			usage[name] = quantity
		}
		list.Items = append(list.Items, metricsv1.NodeMetrics{
			TypeMeta:   metav1.TypeMeta{Kind: "NodeMetrics", APIVersion: metricsVersion},
			ObjectMeta: metav1.ObjectMeta{Name: node.Name, Labels: node.Labels, CreationTimestamp: now},
			Timestamp:  now, Window: metav1.Duration{Duration: metricsWindow}, Usage: usage,
		})
	}
	return list, nil
}

// used is what each running container of a pod is said to use.
func used(pod *corev1.Pod) []metricsv1.ContainerMetrics {
	var all []metricsv1.ContainerMetrics
	for _, container := range pod.Spec.Containers {
		status := containerNamed(pod, container.Name)
		if pod.Status.Phase != corev1.PodRunning || status == nil || status.State.Running == nil {
			continue
		}
		all = append(all, metricsv1.ContainerMetrics{Name: container.Name, Usage: usage(pod, &container)})
	}
	return all
}

func usage(pod *corev1.Pod, container *corev1.Container) corev1.ResourceList {
	said := pod.Annotations[usageAnnotation+"."+container.Name]
	if said == "" {
		said = pod.Annotations[usageAnnotation]
	}
	cpu, memory, _ := strings.Cut(said, ",")
	return corev1.ResourceList{
		corev1.ResourceCPU:    quantityOr(cpu, container.Resources.Requests.Cpu()),
		corev1.ResourceMemory: quantityOr(memory, container.Resources.Requests.Memory()),
	}
}

func quantityOr(said string, requested *resource.Quantity) resource.Quantity {
	if quantity, err := resource.ParseQuantity(strings.TrimSpace(said)); err == nil {
		return quantity
	}
	return *resource.NewMilliQuantity(requested.MilliValue()/2, requested.Format)
}
