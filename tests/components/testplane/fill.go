package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
)

// A large cluster within seconds: Deployments with their ReplicaSets and pods, everything running, as it would
// stand after a while. It is written into etcd before any controller runs, so that nothing is created twice,
// collected or scheduled: the controllers find a cluster in which there is nothing to do but the endpoints of
// the Services, which they write. Namespaces and Services go through the API, for their addresses.
//
// What is there already stays: a plane with 5,000 pods, stopped and started with -fill 30000, has the same
// 5,000 and 25,000 more.

const (
	fillNamespaces = 20  // fill-00 holds two fifteenths of all pods, the others share the rest
	podsPerApp     = 50  // an app is one Deployment with one ReplicaSet, and a Service
	fillWorkers    = 8   // transactions and requests at a time
	etcdTxnOps     = 128 // etcd's own limit is as much
	fillAge        = 26 * time.Hour
)

// fill makes the apps that are still missing for that many pods, spread over the nodes.
func (p *plane) fill(ctx context.Context, client *kubernetes.Clientset, pods, nodes int) error {
	start := time.Now()
	etcd, err := clientv3.New(clientv3.Config{Endpoints: []string{p.etcd}})
	if err != nil {
		return err
	}
	defer etcd.Close()
	keys, err := etcd.Get(ctx, "/registry/deployments/fill-", clientv3.WithPrefix(), clientv3.WithKeysOnly())
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, kv := range keys.Kvs {
		there[string(kv.Key)] = true
	}
	for i := range fillNamespaces {
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fillNamespace(i)}}
		if _, err := client.CoreV1().Namespaces().Create(ctx, ns, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	filler := &filler{etcd: etcd, client: client, codec: protobuf.NewSerializer(scheme.Scheme, scheme.Scheme), nodes: nodes, born: time.Now().Add(-fillAge)}
	err = parallel((pods+podsPerApp-1)/podsPerApp, fillWorkers, func(i int) error {
		if there["/registry/deployments/"+namespaceOf(i)+"/"+appName(i)] {
			return nil
		}
		return filler.app(ctx, i, pods)
	})
	if err != nil {
		return err
	}
	took := time.Since(start)
	return os.WriteFile(p.path("filled"), []byte(strconv.FormatInt(took.Milliseconds(), 10)), 0o600)
}

func fillNamespace(i int) string { return fmt.Sprintf("fill-%02d", i) }

// namespaceOf spreads apps unevenly, as people do.
func namespaceOf(app int) string {
	if app%15 < 2 {
		return fillNamespace(0)
	}
	return fillNamespace(1 + app%(fillNamespaces-1))
}

type filler struct {
	etcd   *clientv3.Client
	client *kubernetes.Clientset
	codec  runtime.Serializer
	nodes  int
	born   time.Time
}

// app writes one Deployment with all that hangs on it.
func (f *filler) app(ctx context.Context, i, pods int) error {
	a := newApp(i, f.born)
	count := min(podsPerApp, pods-i*podsPerApp)
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: a.name, Namespace: a.namespace, Labels: map[string]string{"app.kubernetes.io/name": a.name}},
		Spec: corev1.ServiceSpec{Selector: map[string]string{"app.kubernetes.io/name": a.name}, Ports: []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromInt32(8080)}}}}
	if _, err := f.client.CoreV1().Services(a.namespace).Create(ctx, service, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	var ops []clientv3.Op
	put := func(resource, name string, gvk schema.GroupVersionKind, object runtime.Object) error {
		object.GetObjectKind().SetGroupVersionKind(gvk)
		var b bytes.Buffer
		if err := f.codec.Encode(object, &b); err != nil {
			return err
		}
		ops = append(ops, clientv3.OpPut("/registry/"+resource+"/"+a.namespace+"/"+name, b.String()))
		return nil
	}
	if err := put("replicasets", a.set, appsv1.SchemeGroupVersion.WithKind("ReplicaSet"), a.replicaSet(int32(count))); err != nil {
		return err
	}
	for n := range count {
		pod := a.pod(i*podsPerApp+n, f.nodes)
		if err := put("pods", pod.Name, corev1.SchemeGroupVersion.WithKind("Pod"), pod); err != nil {
			return err
		}
	}
	// Last: it is what is looked for when the filling goes on.
	if err := put("deployments", a.name, appsv1.SchemeGroupVersion.WithKind("Deployment"), a.deployment(int32(count))); err != nil {
		return err
	}
	for len(ops) > 0 {
		n := min(len(ops), etcdTxnOps)
		if _, err := f.etcd.Txn(ctx).Then(ops[:n]...).Commit(); err != nil {
			return err
		}
		ops = ops[n:]
	}
	return nil
}

// app is one of the apps of a filled cluster; everything about it follows from its number.
type app struct {
	name, namespace, set, hash string
	labels                     map[string]string
	uid, setUID                types.UID
	born                       metav1.Time
	random                     *rand.Rand
	sidecar                    bool
}

func appName(i int) string {
	return fmt.Sprintf("%s-%04d", []string{"cart", "search", "ledger", "billing", "mailer", "catalog"}[i%6], i)
}

func newApp(i int, born time.Time) *app {
	a := &app{name: appName(i), namespace: namespaceOf(i)}
	a.random = rand.New(rand.NewPCG(uint64(i), 4))
	a.hash = fmt.Sprintf("%08x", a.random.Uint32())
	a.set = a.name + "-" + a.hash
	a.uid, a.setUID = a.newUID(), a.newUID()
	a.labels = map[string]string{"app.kubernetes.io/name": a.name, "app.kubernetes.io/part-of": "shop", "team": []string{"blue", "green", "red"}[i%3]}
	a.born = metav1.NewTime(born.Add(time.Duration(i) * time.Second).Truncate(time.Second))
	a.sidecar = i%3 == 0
	return a
}

func (a *app) newUID() types.UID {
	x, y := a.random.Uint64(), a.random.Uint64()
	return types.UID(fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", uint32(x), uint16(x>>32), uint16(x>>48)&0xfff, uint16(y)&0xfff, y>>16))
}

func (a *app) podLabels() map[string]string {
	out := map[string]string{"pod-template-hash": a.hash}
	for k, v := range a.labels {
		out[k] = v
	}
	return out
}

func (a *app) template() corev1.PodTemplateSpec {
	env := []corev1.EnvVar{{Name: "LOG_LEVEL", Value: "info"}, {Name: "HTTP_PORT", Value: "8080"}, {Name: "REGION", Value: "eu-central-1"},
		{Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Value: "http://otel-collector.observability.svc:4317"},
		{Name: "POD_NAME", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.name"}}}}
	probe := &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/healthz", Port: intstr.FromInt32(8080), Scheme: corev1.URISchemeHTTP}},
		TimeoutSeconds: 1, PeriodSeconds: 10, SuccessThreshold: 1, FailureThreshold: 3}
	main := corev1.Container{Name: "app", Image: "registry.example/" + strings.SplitN(a.name, "-", 2)[0] + ":1.4.2", Env: env,
		Ports:        []corev1.ContainerPort{{Name: "http", ContainerPort: 8080, Protocol: corev1.ProtocolTCP}},
		Resources:    corev1.ResourceRequirements{Requests: amounts("10m", "16Mi"), Limits: amounts("500m", "256Mi")},
		VolumeMounts: []corev1.VolumeMount{{Name: "config", MountPath: "/etc/app", ReadOnly: true}}, ReadinessProbe: probe, LivenessProbe: probe,
		TerminationMessagePath: corev1.TerminationMessagePathDefault, TerminationMessagePolicy: corev1.TerminationMessageReadFile, ImagePullPolicy: corev1.PullIfNotPresent,
		SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: new(bool), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}}}
	containers := []corev1.Container{main}
	if a.sidecar {
		containers = append(containers, corev1.Container{Name: "proxy", Image: "registry.example/proxy:2.9.1", Args: []string{"--config", "/etc/proxy/config.yaml"},
			Resources: corev1.ResourceRequirements{Requests: amounts("5m", "16Mi")}, TerminationMessagePath: corev1.TerminationMessagePathDefault,
			TerminationMessagePolicy: corev1.TerminationMessageReadFile, ImagePullPolicy: corev1.PullIfNotPresent})
	}
	optional := true
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: a.labels, Annotations: map[string]string{"prometheus.io/scrape": "true", "prometheus.io/port": "8080"}},
		Spec: corev1.PodSpec{Containers: containers, RestartPolicy: corev1.RestartPolicyAlways, TerminationGracePeriodSeconds: new(int64(30)),
			DNSPolicy: corev1.DNSClusterFirst, SecurityContext: &corev1.PodSecurityContext{}, SchedulerName: corev1.DefaultSchedulerName,
			Volumes: []corev1.Volume{{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
				LocalObjectReference: corev1.LocalObjectReference{Name: a.name}, DefaultMode: new(int32(420)), Optional: &optional}}}}},
	}
}

func (a *app) meta(name string, uid types.UID, owner *metav1.OwnerReference, managed ...metav1.ManagedFieldsEntry) metav1.ObjectMeta {
	m := metav1.ObjectMeta{Name: name, Namespace: a.namespace, UID: uid, CreationTimestamp: a.born, Generation: 1, ManagedFields: managed}
	if owner != nil {
		owner.Controller, owner.BlockOwnerDeletion = new(true), new(true)
		m.OwnerReferences = []metav1.OwnerReference{*owner}
	}
	return m
}

func (a *app) deployment(count int32) *appsv1.Deployment {
	d := &appsv1.Deployment{ObjectMeta: a.meta(a.name, a.uid, nil, a.managed("helm", "", "apps/v1", fieldsOfTemplate))}
	d.Labels = a.labels
	d.Annotations = map[string]string{"deployment.kubernetes.io/revision": "1", "meta.helm.sh/release-name": a.name}
	d.Spec = appsv1.DeploymentSpec{Replicas: &count, Selector: a.selector(false), Template: a.template(), RevisionHistoryLimit: new(int32(10)), ProgressDeadlineSeconds: new(int32(600)),
		Strategy: appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType, RollingUpdate: &appsv1.RollingUpdateDeployment{
			MaxUnavailable: new(intstr.FromString("25%")), MaxSurge: new(intstr.FromString("25%"))}}}
	d.Status = appsv1.DeploymentStatus{ObservedGeneration: 1, Replicas: count, UpdatedReplicas: count, ReadyReplicas: count, AvailableReplicas: count,
		Conditions: []appsv1.DeploymentCondition{
			{Type: appsv1.DeploymentAvailable, Status: corev1.ConditionTrue, Reason: "MinimumReplicasAvailable", Message: "Deployment has minimum availability.", LastUpdateTime: a.born, LastTransitionTime: a.born},
			{Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: "NewReplicaSetAvailable", Message: fmt.Sprintf("ReplicaSet %q has successfully progressed.", a.set), LastUpdateTime: a.born, LastTransitionTime: a.born}}}
	return d
}

func (a *app) replicaSet(count int32) *appsv1.ReplicaSet {
	owner := &metav1.OwnerReference{APIVersion: "apps/v1", Kind: "Deployment", Name: a.name, UID: a.uid}
	s := &appsv1.ReplicaSet{ObjectMeta: a.meta(a.set, a.setUID, owner, a.managed("kube-controller-manager", "", "apps/v1", fieldsOfTemplate))}
	s.Labels = a.podLabels()
	s.Annotations = map[string]string{"deployment.kubernetes.io/revision": "1", "deployment.kubernetes.io/desired-replicas": fmt.Sprint(count),
		"deployment.kubernetes.io/max-replicas": fmt.Sprint(count + (count+3)/4), "meta.helm.sh/release-name": a.name}
	template := a.template()
	template.Labels = a.podLabels()
	s.Spec = appsv1.ReplicaSetSpec{Replicas: &count, Selector: a.selector(true), Template: template}
	s.Status = appsv1.ReplicaSetStatus{Replicas: count, FullyLabeledReplicas: count, ReadyReplicas: count, AvailableReplicas: count, ObservedGeneration: 1}
	return s
}

func (a *app) selector(withHash bool) *metav1.LabelSelector {
	wanted := map[string]string{"app.kubernetes.io/name": a.name}
	if withHash {
		wanted["pod-template-hash"] = a.hash
	}
	return &metav1.LabelSelector{MatchLabels: wanted}
}

const podNameLetters = "bcdfghjklmnpqrstvwxz2456789"

// pod is one that has run since the app was made.
func (a *app) pod(number, nodes int) *corev1.Pod {
	suffix := make([]byte, 5)
	for i := range suffix {
		suffix[i] = podNameLetters[a.random.IntN(len(podNameLetters))]
	}
	owner := &metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: a.set, UID: a.setUID}
	template := a.template()
	pod := &corev1.Pod{Spec: template.Spec, ObjectMeta: a.meta(a.set+"-"+string(suffix), a.newUID(), owner,
		a.managed("kube-controller-manager", "", "v1", fieldsOfPod), a.managed("kubelet", "status", "v1", fieldsOfStatus))}
	pod.GenerateName, pod.Labels, pod.Annotations = a.set+"-", a.podLabels(), template.Annotations
	pod.Spec.NodeName = fmt.Sprintf("node-%d", 1+number%nodes)
	pod.Spec.ServiceAccountName, pod.Spec.DeprecatedServiceAccount = "default", "default"
	pod.Spec.Priority, pod.Spec.PreemptionPolicy, pod.Spec.EnableServiceLinks = new(int32(0)), new(corev1.PreemptLowerPriority), new(true)
	for _, key := range []string{"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"} {
		pod.Spec.Tolerations = append(pod.Spec.Tolerations, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300))})
	}
	access := "kube-api-access-" + string(suffix)
	pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: access, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{DefaultMode: new(int32(420)), Sources: []corev1.VolumeProjection{
		{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "token", ExpirationSeconds: new(int64(3607))}},
		{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"}, Items: []corev1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}}}},
		{DownwardAPI: &corev1.DownwardAPIProjection{Items: []corev1.DownwardAPIVolumeFile{{Path: "namespace", FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"}}}}}}}}})
	for i := range pod.Spec.Containers {
		pod.Spec.Containers[i].VolumeMounts = append(pod.Spec.Containers[i].VolumeMounts,
			corev1.VolumeMount{Name: access, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount", ReadOnly: true})
	}
	pod.Status = a.status(pod, number)
	return pod
}

func (a *app) status(pod *corev1.Pod, number int) corev1.PodStatus {
	ip, host := fmt.Sprintf("10.%d.%d.%d", 128+number>>16, number>>8&255, number&255), "10.0.0.1"
	s := corev1.PodStatus{Phase: corev1.PodRunning, QOSClass: corev1.PodQOSBurstable, StartTime: &a.born, PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}}, HostIP: host, HostIPs: []corev1.HostIP{{IP: host}}}
	for _, t := range []corev1.PodConditionType{corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.PodReady, corev1.ContainersReady, corev1.PodScheduled} {
		s.Conditions = append(s.Conditions, corev1.PodCondition{Type: t, Status: corev1.ConditionTrue, LastTransitionTime: a.born})
	}
	for _, c := range pod.Spec.Containers {
		repository, _, _ := strings.Cut(c.Image, ":")
		s.ContainerStatuses = append(s.ContainerStatuses, corev1.ContainerStatus{Name: c.Name, Image: c.Image, ImageID: repository + "@sha256:" + sum(c.Image),
			ContainerID: "containerd://" + sum(string(pod.UID)+"/"+c.Name), Ready: true, Started: new(true), State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: a.born}}})
	}
	return s
}

func (a *app) managed(manager, subresource, version, fields string) metav1.ManagedFieldsEntry {
	return metav1.ManagedFieldsEntry{Manager: manager, Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: version, Time: &a.born,
		FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: []byte(strings.ReplaceAll(fields, "UID", string(a.setUID)))}, Subresource: subresource}
}

// What such managers own, as a server writes it.
const (
	fieldsOfContainer = `"k:{\"name\":\"app\"}":{".":{},"f:env":{".":{},"k:{\"name\":\"HTTP_PORT\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"LOG_LEVEL\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"POD_NAME\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"REGION\"}":{".":{},"f:name":{},"f:value":{}}},"f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":{},"f:protocol":{}}},"f:readinessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},"f:resources":{".":{},"f:limits":{".":{},"f:cpu":{},"f:memory":{}},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:volumeMounts":{".":{},"k:{\"mountPath\":\"/etc/app\"}":{".":{},"f:mountPath":{},"f:name":{},"f:readOnly":{}}}}`
	fieldsOfPodSpec   = `"f:containers":{` + fieldsOfContainer + `},"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:volumes":{".":{},"k:{\"name\":\"config\"}":{".":{},"f:configMap":{".":{},"f:defaultMode":{},"f:name":{}},"f:name":{}}}`
	fieldsOfTemplate  = `{"f:metadata":{"f:labels":{".":{},"f:app.kubernetes.io/name":{},"f:team":{}}},"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app.kubernetes.io/name":{},"f:team":{}}},"f:spec":{` + fieldsOfPodSpec + `}}}}`
	fieldsOfPod       = `{"f:metadata":{"f:generateName":{},"f:labels":{".":{},"f:app.kubernetes.io/name":{},"f:pod-template-hash":{},"f:team":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"UID\"}":{}}},"f:spec":{` + fieldsOfPodSpec + `}}`
	fieldsOfStatus    = `{"f:status":{"f:conditions":{"k:{\"type\":\"ContainersReady\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Initialized\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}}},"f:containerStatuses":{},"f:hostIP":{},"f:hostIPs":{},"f:phase":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"10.128.0.1\"}":{".":{},"f:ip":{}}},"f:startTime":{}}}`
)

func amounts(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{"cpu": resource.MustParse(cpu), "memory": resource.MustParse(memory)}
}

// parallel does n things, some at a time, and gives the first error of each worker's.
func parallel(n, workers int, do func(i int) error) error {
	next, failed := make(chan int), make(chan error, workers)
	var all sync.WaitGroup
	for range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range next {
				if err := do(i); err != nil {
					failed <- err
					for range next { // what is handed out still has to be taken
					}
					return
				}
			}
		}()
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
	close(failed)
	return <-failed // nil when there is none
}
