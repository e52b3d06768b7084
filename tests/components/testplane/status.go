package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The statuses that stages.yaml asks for. Each function takes the object as kwok decoded it and gives
// back JSON: a strategic merge patch of its status, or an Event.

// Faults, by the annotation kubechat.dev/fault of the pod (all its containers), or by the tag of one
// container's image: a tag with "missing" in it can't be pulled, one with "crash" in it crashes.
const (
	faultAnnotation = "kubechat.dev/fault"
	faultCrash      = "crash-loop"
	faultOOM        = "oom"
	faultPull       = "image-pull"
	faultNotReady   = "not-ready"
	// How much memory a pod's containers take: one with less as its limit is killed for it.
	needsMemoryAnnotation = "kubechat.dev/needs-memory"
	// Whether ConfigMaps and Secrets that variables ask for are looked up when the pod starts, as a kubelet does.
	checksConfigAnnotation = "kubechat.dev/checks-config"
)

var (
	tagMissing = regexp.MustCompile(`:[^/]*missing`)
	tagCrash   = regexp.MustCompile(`:[^/]*crash`)
)

func fault(pod *corev1.Pod, c *corev1.Container) string {
	switch asked := pod.Annotations[faultAnnotation]; {
	case asked != "":
		return asked
	case lacksMemory(pod, c):
		return faultOOM
	case tagMissing.MatchString(c.Image):
		return faultPull
	case tagCrash.MatchString(c.Image):
		return faultCrash
	}
	return ""
}

func lacksMemory(pod *corev1.Pod, c *corev1.Container) bool {
	needs, err := resource.ParseQuantity(pod.Annotations[needsMemoryAnnotation])
	limit, limited := c.Resources.Limits[corev1.ResourceMemory]
	return err == nil && limited && limit.Cmp(needs) < 0
}

// missingConfig is what a kubelet says of a container whose variables ask for what is not there.
func (p *plane) missingConfig(pod *corev1.Pod, c *corev1.Container) string {
	if pod.Annotations[checksConfigAnnotation] == "" {
		return ""
	}
	client := p.client("kwok").CoreV1()
	keys := func(kind, name string) (map[string]bool, error) {
		have := map[string]bool{}
		if kind == "Secret" {
			secret, err := client.Secrets(pod.Namespace).Get(context.Background(), name, metav1.GetOptions{})
			if err == nil {
				for key := range secret.Data {
					have[key] = true
				}
			}
			return have, err
		}
		configMap, err := client.ConfigMaps(pod.Namespace).Get(context.Background(), name, metav1.GetOptions{})
		if err == nil {
			for key := range configMap.Data {
				have[key] = true
			}
		}
		return have, err
	}
	for _, variable := range c.Env {
		kind, name, key, optional := "", "", "", false
		if from := variable.ValueFrom; from != nil && from.ConfigMapKeyRef != nil {
			kind, name, key = "ConfigMap", from.ConfigMapKeyRef.Name, from.ConfigMapKeyRef.Key
			optional = from.ConfigMapKeyRef.Optional != nil && *from.ConfigMapKeyRef.Optional
		} else if from != nil && from.SecretKeyRef != nil {
			kind, name, key = "Secret", from.SecretKeyRef.Name, from.SecretKeyRef.Key
			optional = from.SecretKeyRef.Optional != nil && *from.SecretKeyRef.Optional
		}
		if kind == "" || optional {
			continue
		}
		have, err := keys(kind, name)
		if err != nil {
			return fmt.Sprintf("%s %q not found", strings.ToLower(kind), name)
		}
		if !have[key] {
			return fmt.Sprintf("couldn't find key %s in %s %s/%s", key, kind, pod.Namespace, name)
		}
	}
	return ""
}

// nodeReady gives a node without a capacity of its own one that nothing fills by accident.
func nodeReady(object any, ip string) (string, error) {
	var node corev1.Node
	if err := decode(object, &node); err != nil {
		return "", err
	}
	now := metav1.Now()
	status := corev1.NodeStatus{Phase: corev1.NodeRunning, Capacity: node.Status.Capacity, Allocatable: node.Status.Allocatable}
	if len(status.Capacity) == 0 {
		status.Capacity = corev1.ResourceList{"cpu": resource.MustParse("1k"), "memory": resource.MustParse("1Ti"), "pods": resource.MustParse("100k")}
	}
	if len(status.Allocatable) == 0 {
		status.Allocatable = status.Capacity
	}
	for _, c := range []corev1.NodeCondition{
		{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady", Message: "kubelet is posting ready status"},
		{Type: corev1.NodeMemoryPressure, Status: corev1.ConditionFalse, Reason: "KubeletHasSufficientMemory"},
		{Type: corev1.NodeDiskPressure, Status: corev1.ConditionFalse, Reason: "KubeletHasNoDiskPressure"},
		{Type: corev1.NodePIDPressure, Status: corev1.ConditionFalse, Reason: "KubeletHasSufficientPID"},
	} {
		c.LastHeartbeatTime, c.LastTransitionTime = now, now
		status.Conditions = append(status.Conditions, c)
	}
	if status.Addresses = node.Status.Addresses; len(status.Addresses) == 0 {
		status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: ip}, {Type: corev1.NodeHostName, Address: node.Name}}
	}
	status.DaemonEndpoints.KubeletEndpoint.Port = 10250
	status.NodeInfo = corev1.NodeSystemInfo{OperatingSystem: "linux", Architecture: "amd64", KubeletVersion: "testplane", ContainerRuntimeVersion: "kwok://0.8"}
	return encode(status)
}

func (p *plane) podStart(object any, hostIPs, podIPs []string) (string, error) {
	pod, err := decodePod(object)
	if err != nil {
		return "", err
	}
	now := metav1.Now()
	status := &corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &now}
	for _, ip := range hostIPs {
		status.HostIPs = append(status.HostIPs, corev1.HostIP{IP: ip})
		status.HostIP = status.HostIPs[0].IP
	}
	for _, ip := range podIPs {
		status.PodIPs = append(status.PodIPs, corev1.PodIP{IP: ip})
		status.PodIP = status.PodIPs[0].IP
	}
	for i := range pod.Spec.InitContainers {
		status.InitContainerStatuses = append(status.InitContainerStatuses, p.initialised(pod, &pod.Spec.InitContainers[i], now))
	}
	ready := true
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		started := p.containerStatus(pod, c)
		if said := p.missingConfig(pod, c); said != "" {
			status.Phase, ready = corev1.PodPending, false
			started.ContainerID = ""
			started.State.Waiting = &corev1.ContainerStateWaiting{Reason: "CreateContainerConfigError", Message: said}
			status.ContainerStatuses = append(status.ContainerStatuses, started)
			continue
		}
		switch fault(pod, c) {
		case faultPull:
			status.Phase = corev1.PodPending
			started.ImageID, started.ContainerID = "", ""
			started.State.Waiting = &corev1.ContainerStateWaiting{Reason: "ErrImagePull", Message: pullError(c.Image)}
		case faultCrash, faultOOM, faultNotReady:
			started.Started = new(true)
			started.State.Running = &corev1.ContainerStateRunning{StartedAt: now}
		default:
			started.Ready, started.Started = true, new(true)
			started.State.Running = &corev1.ContainerStateRunning{StartedAt: now}
		}
		ready = ready && started.Ready
		status.ContainerStatuses = append(status.ContainerStatuses, started)
	}
	status.Conditions = conditions(pod, ready, now)
	return encode(status)
}

func (p *plane) initialised(pod *corev1.Pod, c *corev1.Container, now metav1.Time) corev1.ContainerStatus {
	s := p.containerStatus(pod, c)
	s.Ready = true
	if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
		s.Started = new(true)
		s.State.Running = &corev1.ContainerStateRunning{StartedAt: now}
	} else {
		s.State.Terminated = &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: now, FinishedAt: now}
	}
	return s
}

func (p *plane) containerStatus(pod *corev1.Pod, c *corev1.Container) corev1.ContainerStatus {
	return corev1.ContainerStatus{Name: c.Name, Image: c.Image, ImageID: p.imageID(c.Image), Started: new(false),
		ContainerID: "containerd://" + sum(string(pod.UID)+"/"+c.Name)}
}

// imageID is REPOSITORY@DIGEST: the digest that images.json gives for the image, else one made from its
// name. Writing that file moves a tag to other bytes, as a push to a registry would; it is read afresh
// for every container that starts.
func (p *plane) imageID(image string) string {
	repository, digest, pinned := strings.Cut(image, "@")
	if slash := strings.LastIndex(repository, "/"); strings.Contains(repository[slash+1:], ":") {
		repository = repository[:strings.LastIndex(repository, ":")]
	}
	if !pinned {
		digest = "sha256:" + sum(image)
		moved := map[string]string{}
		if b, err := os.ReadFile(p.path("images.json")); err == nil && json.Unmarshal(b, &moved) == nil && moved[image] != "" {
			digest = moved[image]
		}
	}
	return repository + "@" + digest
}

func podPullBackOff(object any) (string, error) {
	pod, err := decodePod(object)
	if err != nil {
		return "", err
	}
	for i := range pod.Status.ContainerStatuses {
		s := &pod.Status.ContainerStatuses[i]
		if s.State.Waiting != nil {
			s.State.Waiting = &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff",
				Message: fmt.Sprintf("Back-off pulling image %q: ErrImagePull: %s", s.Image, pullError(s.Image))}
		}
	}
	return encode(corev1.PodStatus{ContainerStatuses: pod.Status.ContainerStatuses})
}

// podCrash ends the running container of a faulty pod and waits with its restart, as a kubelet does.
func podCrash(object any) (string, error) {
	pod, err := decodePod(object)
	if err != nil {
		return "", err
	}
	now := metav1.Now()
	for i := range pod.Status.ContainerStatuses {
		s := &pod.Status.ContainerStatuses[i]
		if s.State.Running == nil || s.Ready {
			continue
		}
		end := &corev1.ContainerStateTerminated{ExitCode: 1, Reason: "Error", StartedAt: s.State.Running.StartedAt, FinishedAt: now, ContainerID: s.ContainerID}
		if c := specNamed(pod, s.Name); c != nil && fault(pod, c) == faultOOM {
			end.ExitCode, end.Reason = 137, "OOMKilled"
		}
		s.RestartCount++
		s.Started = new(false)
		s.LastTerminationState = corev1.ContainerState{Terminated: end}
		s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff",
			Message: fmt.Sprintf("back-off restarting failed container=%s pod=%s_%s(%s)", s.Name, pod.Name, pod.Namespace, pod.UID)}}
	}
	return encode(corev1.PodStatus{ContainerStatuses: pod.Status.ContainerStatuses})
}

func specNamed(pod *corev1.Pod, name string) *corev1.Container {
	for i := range pod.Spec.Containers {
		if pod.Spec.Containers[i].Name == name {
			return &pod.Spec.Containers[i]
		}
	}
	return nil
}

func podRestart(object any) (string, error) {
	pod, err := decodePod(object)
	if err != nil {
		return "", err
	}
	for i := range pod.Status.ContainerStatuses {
		s := &pod.Status.ContainerStatuses[i]
		if s.State.Waiting != nil {
			s.Started = new(true)
			s.ContainerID = "containerd://" + sum(fmt.Sprintf("%s/%s/%d", pod.UID, s.Name, s.RestartCount))
			s.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.Now()}}
		}
	}
	return encode(corev1.PodStatus{ContainerStatuses: pod.Status.ContainerStatuses})
}

func podComplete(object any) (string, error) {
	pod, err := decodePod(object)
	if err != nil {
		return "", err
	}
	now := metav1.Now()
	for i := range pod.Status.ContainerStatuses {
		s := &pod.Status.ContainerStatuses[i]
		s.Ready, s.Started = false, new(false)
		s.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: now, FinishedAt: now, ContainerID: s.ContainerID}}
	}
	status := corev1.PodStatus{Phase: corev1.PodSucceeded, ContainerStatuses: pod.Status.ContainerStatuses}
	for _, t := range []corev1.PodConditionType{corev1.PodReady, corev1.ContainersReady} {
		status.Conditions = append(status.Conditions, corev1.PodCondition{Type: t, Status: corev1.ConditionFalse, Reason: "PodCompleted", LastTransitionTime: now})
	}
	return encode(status)
}

func conditions(pod *corev1.Pod, ready bool, now metav1.Time) []corev1.PodCondition {
	state, reason, message := corev1.ConditionTrue, "", ""
	if !ready {
		names := make([]string, 0, len(pod.Spec.Containers))
		for _, c := range pod.Spec.Containers {
			names = append(names, c.Name)
		}
		state, reason, message = corev1.ConditionFalse, "ContainersNotReady", fmt.Sprintf("containers with unready status: %v", names)
	}
	out := []corev1.PodCondition{{Type: corev1.PodInitialized, Status: corev1.ConditionTrue, LastTransitionTime: now}}
	for _, t := range []corev1.PodConditionType{corev1.ContainersReady, corev1.PodReady} {
		out = append(out, corev1.PodCondition{Type: t, Status: state, Reason: reason, Message: message, LastTransitionTime: now})
	}
	for _, gate := range pod.Spec.ReadinessGates {
		out = append(out, corev1.PodCondition{Type: gate.ConditionType, Status: corev1.ConditionTrue, LastTransitionTime: now})
	}
	return out
}

func pullError(image string) string {
	return fmt.Sprintf("failed to resolve reference %q: %s: not found", image, image)
}

func pullFailedEvent(object any) (string, error) {
	pod, err := decodePod(object)
	if err != nil {
		return "", err
	}
	for _, s := range pod.Status.ContainerStatuses {
		if s.State.Waiting != nil {
			return event(pod, "Failed", fmt.Sprintf("Failed to pull image %q: %s", s.Image, pullError(s.Image)), s.Name, 1)
		}
	}
	return "", fmt.Errorf("no container of %s waits for an image", pod.Name)
}

func crashEvent(object any) (string, error) {
	pod, err := decodePod(object)
	if err != nil {
		return "", err
	}
	for _, s := range pod.Status.ContainerStatuses {
		if !s.Ready {
			return event(pod, "BackOff", fmt.Sprintf("Back-off restarting failed container %s in pod %s_%s(%s)", s.Name, pod.Name, pod.Namespace, pod.UID),
				s.Name, s.RestartCount+1)
		}
	}
	return "", fmt.Errorf("no container of %s crashes", pod.Name)
}

// event is what a kubelet says about a container. Its name is fixed, so that it counts up instead of
// filling the namespace.
func event(pod *corev1.Pod, reason, message, container string, count int32) (string, error) {
	now := metav1.Now()
	return encode(corev1.Event{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Event"},
		ObjectMeta: metav1.ObjectMeta{Name: strings.ToLower(pod.Name + "." + reason), Namespace: pod.Namespace},
		InvolvedObject: corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID,
			FieldPath: "spec.containers{" + container + "}"},
		Type: corev1.EventTypeWarning, Reason: reason, Message: message, Count: count,
		Source:         corev1.EventSource{Component: "kubelet", Host: pod.Spec.NodeName},
		FirstTimestamp: *pod.Status.StartTime, LastTimestamp: now,
	})
}

func sum(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

func decodePod(object any) (*corev1.Pod, error) {
	pod := &corev1.Pod{}
	return pod, decode(object, pod)
}

func decode(from, to any) error {
	b, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

func encode(value any) (string, error) {
	b, err := json.Marshal(value)
	return string(b), err
}
