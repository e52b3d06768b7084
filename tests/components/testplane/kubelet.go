package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/util/flushwriter"
	"k8s.io/client-go/kubernetes"
	criapi "k8s.io/cri-api/pkg/apis"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	crilogs "k8s.io/cri-client/pkg/logs"
)

// Logs come from the pod's own annotations, so that a manifest says all about its pod; kwok's kinds Logs
// and ClusterLogs select by pod name, which a Deployment's pods don't have beforehand. A name after a dot
// (kubechat.dev/logs.sidecar) speaks of one container.
const (
	logsAnnotation     = "kubechat.dev/logs"
	previousAnnotation = "kubechat.dev/previous-logs"
)

type kubelet struct {
	dir    string // of the log files: POD-UID/CONTAINER/RESTART.log
	client *kubernetes.Clientset
}

// startKubelet serves the logs of every pod of every node on loopback, to the API server's certificate
// only, as it serves the metrics API (metrics.go), and the admission hooks to anybody here. It returns its address. Exec, attach and port-forward
// are refused (404).
func (p *plane) startKubelet() string {
	pair, err := tls.LoadX509KeyPair(p.path("kubelet.crt"), p.path("kubelet.key"))
	must(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(p.ca)
	ln, err := net.Listen("tcp", host+":0")
	must(err)
	k := &kubelet{dir: p.path("logs"), client: p.client("kwok")}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", k.containerLogs)
	mux.HandleFunc("POST /hooks/{hook}", serveHook)
	k.serveMetrics(mux)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, TLSConfig: &tls.Config{
		Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.VerifyClientCertIfGiven}}
	go func() { fatal(server.ServeTLS(ln, "", "")) }()
	return ln.Addr().String()
}

func (k *kubelet) containerLogs(w http.ResponseWriter, r *http.Request) {
	if len(r.TLS.PeerCertificates) == 0 {
		http.Error(w, "only the API server may read logs", http.StatusUnauthorized)
		return
	}
	options, err := logOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	pod, err := k.client.CoreV1().Pods(r.PathValue("namespace")).Get(r.Context(), r.PathValue("pod"), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		http.Error(w, fmt.Sprintf("pod %q does not exist", r.PathValue("pod")), http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	file, err := k.logFile(pod, r.PathValue("container"), r.URL.Query().Get("previous") == "true")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	out := flushwriter.Wrap(w)
	if err := crilogs.ReadLogs(r.Context(), file, "", options, alwaysRunning{}, out, out); err != nil && r.Context().Err() == nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// logOptions reads what the API server passes on, in the kubelet's own names.
func logOptions(r *http.Request) (*crilogs.LogOptions, error) {
	q := r.URL.Query()
	options := &crilogs.LogOptions{Follow: q.Get("follow") == "true", Timestamp: q.Get("timestamps") == "true"}
	number := func(name string) (*int64, error) {
		if q.Get(name) == "" {
			return nil, nil
		}
		n, err := strconv.ParseInt(q.Get(name), 10, 64)
		return &n, err
	}
	var err error
	if options.TailLines, err = number("tailLines"); err != nil {
		return nil, err
	}
	if options.LimitBytes, err = number("limitBytes"); err != nil {
		return nil, err
	}
	seconds, err := number("sinceSeconds")
	if err != nil {
		return nil, err
	}
	if seconds != nil {
		options.Since = time.Now().Add(-time.Duration(*seconds) * time.Second)
	}
	if t := q.Get("sinceTime"); t != "" {
		options.Since, err = time.Parse(time.RFC3339, t)
	}
	return options, err
}

// logFile is the container's log in CRI format, made from the annotations when it is first asked for. A
// test may append to it: a reader that follows sees the line.
func (k *kubelet) logFile(pod *corev1.Pod, container string, previous bool) (string, error) {
	s := containerNamed(pod, container)
	if s == nil {
		return "", fmt.Errorf("container %q in pod %q is waiting to start: ContainerCreating", container, pod.Name)
	}
	began, incarnation := pod.CreationTimestamp.Time, s.RestartCount
	ended := s.LastTerminationState.Terminated
	switch {
	case previous && ended == nil:
		return "", fmt.Errorf("previous terminated container %q in pod %q not found", container, pod.Name)
	case previous, s.State.Waiting != nil && ended != nil: // a waiting container shows its last run
		previous, began, incarnation = true, ended.StartedAt.Time, s.RestartCount-1
	case s.State.Waiting != nil:
		return "", fmt.Errorf("container %q in pod %q is waiting to start: trying and failing to pull image", container, pod.Name)
	case s.State.Running != nil:
		began = s.State.Running.StartedAt.Time
	}
	file := filepath.Join(k.dir, string(pod.UID), container, fmt.Sprintf("%d.log", incarnation))
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", err
	}
	return file, os.WriteFile(file, criLog(logText(pod, container, previous), began), 0o600)
}

func containerNamed(pod *corev1.Pod, name string) *corev1.ContainerStatus {
	for _, list := range [][]corev1.ContainerStatus{pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses} {
		for i := range list {
			if list[i].Name == name {
				return &list[i]
			}
		}
	}
	return nil
}

func logText(pod *corev1.Pod, container string, previous bool) string {
	keys := []string{logsAnnotation + "." + container, logsAnnotation}
	if previous {
		keys = append([]string{previousAnnotation + "." + container, previousAnnotation}, keys...)
	}
	for _, key := range keys {
		if text, ok := pod.Annotations[key]; ok {
			return text
		}
	}
	return container + " starts\n" + container + " is ready"
}

// criLog stamps the lines a millisecond apart, from when the container began.
func criLog(text string, began time.Time) []byte {
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		at := began.Add(time.Duration(i) * time.Millisecond).UTC()
		fmt.Fprintf(&b, "%s stdout F %s\n", at.Format(time.RFC3339Nano), line)
	}
	return []byte(b.String())
}

// alwaysRunning answers the one question a follower asks a container runtime.
type alwaysRunning struct{ criapi.RuntimeService }

func (alwaysRunning) ContainerStatus(context.Context, string, bool) (*runtimeapi.ContainerStatusResponse, error) {
	return nil, status.Error(codes.Unavailable, "there is no container runtime")
}
