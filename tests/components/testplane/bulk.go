package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
)

// bulk makes many nodes and pods: through the API (as any client would; kwok then makes the pods
// run), or straight into etcd with their status already Running (no admission, no validation).
func bulk() {
	kubeconfig := flag.String("kubeconfig", os.Getenv("KUBECONFIG"), "kubeconfig")
	etcd := flag.String("etcd", "", "write to this etcd instead of the API")
	nodes := flag.Int("nodes", 0, "nodes to make")
	pods := flag.Int("pods", 0, "pods to make, bound to the nodes in turn")
	namespaces := flag.Int("namespaces", 20, "namespaces to spread the pods over")
	prefix := flag.String("prefix", "bulk", "name prefix")
	workers := flag.Int("workers", 48, "requests at a time")
	_ = flag.CommandLine.Parse(os.Args[1:])
	ctx := context.Background()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	must(err)
	config.QPS = -1 // client-side limits off
	config.ContentType = "application/vnd.kubernetes.protobuf"
	c := kubernetes.NewForConfigOrDie(config)

	put := func(key string, gvk string, obj runtime.Object) error { return nil }
	if *etcd != "" {
		cli, err := clientv3.New(clientv3.Config{Endpoints: []string{*etcd}})
		must(err)
		codec := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme)
		put = func(key, kind string, obj runtime.Object) error {
			obj.GetObjectKind().SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind(kind))
			var b bytes.Buffer
			if err := codec.Encode(obj, &b); err != nil {
				return err
			}
			_, err := cli.Put(ctx, "/registry/"+key, b.String())
			return err
		}
	}
	meta := func(namespace, name string) metav1.ObjectMeta {
		m := metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"app": *prefix}}
		if *etcd != "" {
			m.UID, m.CreationTimestamp = uuid.NewUUID(), metav1.Now()
		}
		return m
	}
	nodeName := func(i int) string { return fmt.Sprintf("%s-node-%05d", *prefix, i) }
	nsName := func(i int) string { return fmt.Sprintf("%s-%03d", *prefix, i) }
	mark := func(what string, n int, start time.Time) {
		d := time.Since(start)
		fmt.Printf("%d %s in %.1fs (%.0f/s)\n", n, what, d.Seconds(), float64(n)/d.Seconds())
	}

	start := time.Now()
	must(parallel(*nodes, *workers, func(i int) error {
		n := &corev1.Node{ObjectMeta: meta("", nodeName(i)), Status: corev1.NodeStatus{
			Allocatable: resources("32", "128Gi", "256"), Capacity: resources("32", "128Gi", "256"),
			Addresses: []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("10.1.%d.%d", i>>8, i&255)}, {Type: corev1.NodeHostName, Address: nodeName(i)}}}}
		n.Labels["type"], n.Labels["kubernetes.io/hostname"] = "kwok", n.Name
		n.Labels["topology.kubernetes.io/zone"] = string(rune('a' + i%3))
		if *etcd != "" {
			return put("minions/"+n.Name, "Node", n)
		}
		_, err := c.CoreV1().Nodes().Create(ctx, n, metav1.CreateOptions{})
		return err
	}))
	mark("nodes", *nodes, start)
	if *pods == 0 {
		return
	}
	must(parallel(*namespaces, *workers, func(i int) error {
		_, err := c.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: nsName(i)}}, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
		for { // pods are admitted once the controller manager has made the service account
			if _, err := c.CoreV1().ServiceAccounts(nsName(i)).Get(ctx, "default", metav1.GetOptions{}); err == nil {
				return nil
			}
			time.Sleep(20 * time.Millisecond)
		}
	}))
	start = time.Now()
	must(parallel(*pods, *workers, func(i int) error {
		p := &corev1.Pod{ObjectMeta: meta(nsName(i%*namespaces), fmt.Sprintf("%s-%06d", *prefix, i)), Spec: corev1.PodSpec{
			Containers: []corev1.Container{{Name: "app", Image: "registry.invalid/app:1",
				Resources: corev1.ResourceRequirements{Requests: resources("10m", "16Mi", "")}}}}}
		if *nodes > 0 {
			p.Spec.NodeName = nodeName(i % *nodes)
		}
		if *etcd != "" {
			now := metav1.Now()
			p.Status = corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &now, PodIP: fmt.Sprintf("10.%d.%d.%d", 128+i>>16, i>>8&255, i&255)}
			for _, t := range []corev1.PodConditionType{corev1.PodScheduled, corev1.PodInitialized, corev1.ContainersReady, corev1.PodReady} {
				p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: t, Status: corev1.ConditionTrue, LastTransitionTime: now})
			}
			p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "app", Image: p.Spec.Containers[0].Image, Ready: true,
				State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}}}}
			return put("pods/"+p.Namespace+"/"+p.Name, "Pod", p)
		}
		_, err := c.CoreV1().Pods(p.Namespace).Create(ctx, p, metav1.CreateOptions{})
		return err
	}))
	mark("pods", *pods, start)
}

func resources(cpu, memory, pods string) corev1.ResourceList {
	l := corev1.ResourceList{"cpu": resource.MustParse(cpu), "memory": resource.MustParse(memory)}
	if pods != "" {
		l["pods"] = resource.MustParse(pods)
	}
	return l
}
