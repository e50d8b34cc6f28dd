"""Writes the networks that OnnxReadTest reads, and PyTorch's gradients of two of them.

python make.py FOLDER [NAME...]: needs torch, torchvision, onnx and safetensors. NAME-17 is by the TorchScript
exporter, NAME-dynamo by the newer one. Of torchvision's networks the weights are left out: the test draws
them.
"""
import sys

import onnx
import torch
import torch.nn as nn
import torchvision.models as M
import torchvision.models.densenet as dn
import torchvision.models.resnet as rn
from safetensors.torch import save_file

nets={}
nets["resnet18"]=(lambda: rn.ResNet(rn.BasicBlock,[1,1,1,1],num_classes=10,width_per_group=64),(3,32,32))
nets["mobilenetv2"]=(lambda: M.MobileNetV2(num_classes=10,width_mult=0.25),(3,32,32))
nets["mobilenetv3"]=(lambda: M.mobilenet_v3_small(num_classes=10),(3,32,32))
nets["densenet"]=(lambda: dn.DenseNet(8,(2,2,2),16,num_classes=10),(3,32,32))
nets["shufflenet"]=(lambda: M.ShuffleNetV2([1,2,1],[8,16,32,64,64],num_classes=10),(3,32,32))
class UNet(nn.Module):
    def __init__(s):
        super().__init__(); s.d=nn.Conv2d(3,8,3,padding=1); s.e=nn.Conv2d(8,16,3,stride=2,padding=1); s.u=nn.ConvTranspose2d(16,8,3,2,1,1); s.o=nn.Conv2d(16,2,1)
    def forward(s,x):
        a=torch.relu(s.d(x)); b=nn.functional.gelu(s.e(a)); return s.o(torch.cat([a,s.u(b)],1))
nets["unet"]=(UNet,(3,16,16))
class Ups(nn.Module):
    def __init__(s):
        super().__init__(); s.c=nn.Conv2d(3,4,3,padding=1); s.g=nn.GroupNorm(2,4); s.p=nn.PReLU(4); s.l=nn.LayerNorm([4,8,8]); s.i=nn.InstanceNorm2d(4,affine=True)
    def forward(s,x):
        x=s.p(s.g(s.c(x))); x=s.l(x); x=s.i(x)
        y=nn.functional.interpolate(x,scale_factor=2,mode="nearest"); z=nn.functional.interpolate(x,size=(16,16),mode="bilinear",align_corners=False); w=nn.functional.interpolate(x,size=(16,16),mode="bilinear",align_corners=True)
        return nn.functional.hardswish(y+z)*torch.sigmoid(w)-nn.functional.softplus(w)
nets["ups"]=(Ups,(3,8,8))
class G(nn.Module):
    def __init__(s,cell=nn.GRU,**k):
        super().__init__(); s.e=nn.Embedding(11,5); s.rnn=cell(5,6,batch_first=True,**k); s.fc=nn.Linear(6*(2 if k.get("bidirectional") else 1),3)
    def forward(s,x):
        y,h=s.rnn(s.e(x)); h=h[0] if isinstance(h,tuple) else h
        return s.fc(y.mean(1)), torch.cat([h[-2],h[-1]],1) if h.shape[0]>1 else h[-1]
nets["gru"]=(G,"tok"); nets["bigru2"]=(lambda: G(num_layers=2,bidirectional=True),"tok"); nets["rnn"]=(lambda: G(nn.RNN,nonlinearity="relu"),"tok"); nets["emblstm"]=(lambda: G(nn.LSTM,num_layers=2),"tok")
class CRNN(nn.Module):
    def __init__(s):
        super().__init__(); s.c=nn.Sequential(nn.Conv2d(1,4,3,padding=1),nn.BatchNorm2d(4),nn.ReLU(),nn.MaxPool2d(2,ceil_mode=True)); s.r=nn.LSTM(4*4,5,bidirectional=True); s.fc=nn.Linear(10,7)
    def forward(s,x):
        y=s.c(x); y=y.permute(3,0,1,2).flatten(2); y,_=s.r(y); return s.fc(y).log_softmax(2)
nets["crnn"]=(CRNN,(1,7,13))
class TD(nn.Module):
    def __init__(s):
        super().__init__(); s.c=nn.Conv2d(1,3,3); s.r=nn.GRU(3,4,batch_first=True)
    def forward(s,x):
        b,t=x.shape[:2]; y=s.c(x.flatten(0,1)).mean((2,3)); y=y.view(b,t,3); return s.r(y)[0][:,-1]
nets["timedist"]=(TD,(4,1,6,6))
class Focus(nn.Module):
    def __init__(s):
        super().__init__(); s.c=nn.Conv2d(12,4,3,padding=1); s.b=nn.BatchNorm2d(4)
    def forward(s,x):
        x=torch.cat([x[...,::2,::2],x[...,1::2,::2],x[...,::2,1::2],x[...,1::2,1::2]],1)
        x=nn.functional.pad(s.b(s.c(x)),(1,2,0,1),mode="reflect"); a,b=x.chunk(2,1); return nn.functional.pixel_shuffle(torch.cat([a,b],1),2)
nets["focus"]=(Focus,(3,8,8))
class Tied(nn.Module):
    def __init__(s):
        super().__init__(); s.c=nn.Conv1d(4,4,3,padding=1); s.f=nn.Linear(4,4); s.o=nn.Linear(4,4); s.o.weight=s.f.weight; s.k=nn.Parameter(torch.randn(1,4,1))
    def forward(s,x):
        x=s.c(torch.tanh(s.c(x)))*s.k; x=s.o(torch.relu(s.f(x.transpose(1,2)))); return nn.functional.hardtanh(x,-0.5,2).clamp(min=-0.2).sum(2)
nets["tied"]=(Tied,(4,6))
class Sep(nn.Module):
    def __init__(s):
        super().__init__(); s.c=nn.Conv3d(1,2,(2,3,3),padding=(0,1,1)); s.t=nn.ConvTranspose3d(2,1,2,2); s.p=nn.MaxPool3d(2,padding=1)
    def forward(s,x): return s.t(nn.functional.elu(s.p(s.c(x)))) 
nets["c3d"]=(Sep,(1,4,6,6))
class States(nn.Module):
    def __init__(s):
        super().__init__(); s.r=nn.LSTM(3,4,2,batch_first=True,bidirectional=True); s.i=nn.Linear(3,16); s.g=nn.GRU(8,4,batch_first=True); s.h=nn.Parameter(torch.randn(1,1,4))
    def forward(s,x):
        h=s.i(x[:,0]).view(-1,4,4).transpose(0,1).contiguous(); y,(h,c)=s.r(x,(h,torch.zeros_like(h)))
        return torch.cat([h.transpose(0,1).flatten(1),c.transpose(0,1).flatten(1),s.g(y,s.h.expand(-1,x.size(0),-1).contiguous())[1][0]],1)
nets["states"]=(States,(5,3))
class Cells(nn.Module):
    def __init__(s): super().__init__(); s.r=nn.LSTMCell(3,4); s.g=nn.GRUCell(4,2)
    def forward(s,x):
        h=x.new_zeros(x.size(0),4); c=h; g=x.new_zeros(x.size(0),2)
        for t in range(x.size(1)): h,c=s.r(x[:,t],(h,c)); g=s.g(h,g)
        return g
nets["cells"]=(Cells,(3,3))
class Causal(nn.Module):
    def __init__(s):
        super().__init__(); s.e=nn.Embedding(11,8); s.p=nn.Parameter(torch.randn(1,7,8)); s.n=nn.LayerNorm(8); s.qkv=nn.Linear(8,24); s.a=nn.Linear(8,12); s.b=nn.Linear(12,8)
    def forward(s,t):
        x=s.e(t)+s.p; q,k,v=[z.view(-1,7,2,4).transpose(1,2) for z in s.qkv(s.n(x)).split(8,2)]
        x=x+nn.functional.scaled_dot_product_attention(q,k,v,is_causal=True).transpose(1,2).reshape(-1,7,8)
        return x+s.b(nn.functional.gelu(s.a(x),approximate="tanh"))
nets["causal"]=(Causal,"tok")
class Vit(nn.Module):
    def __init__(s):
        from torchvision.models.vision_transformer import VisionTransformer
        super().__init__(); s.v=VisionTransformer(16,8,1,2,8,12,num_classes=5); nn.init.normal_(s.v.heads.head.weight)
    def forward(s,x): return s.v(x)
nets["vit"]=(Vit,(3,16,16))

TORCHVISION = {"resnet18", "mobilenetv2", "mobilenetv3", "densenet", "shufflenet"}
NEWER = set("resnet18 densenet shufflenet c3d tied gru timedist emblstm bigru2 unet crnn".split())
OLDER = set(nets) - {"crnn"}
GRADIENTS = {"tied", "unet"}


def network(name):
    torch.manual_seed(1)
    net = nets[name][0]().eval()
    for module in net.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return net


def stripped(path, weights):
    """Without comments, and without weights."""
    model = onnx.load(path)
    graph = model.graph
    del graph.value_info[:]
    for part in [model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output]:
        part.doc_string = ""
        if hasattr(part, "metadata_props"):
            del part.metadata_props[:]
    for tensor in graph.initializer:
        if not weights and tensor.data_type == 1 and len(tensor.raw_data) >= 32:
            tensor.ClearField("raw_data")
    onnx.save(model, path)


def gradients(name, folder):
    net = network(name).double()
    x = torch.randn(2, *nets[name][1], dtype=torch.float64)
    y = net(x)
    dy = torch.randn_like(y)
    y.backward(dy)
    tensors = {n: p.grad for n, p in net.named_parameters() if n != "k"}
    save_file({"x": x, "dy": dy, **tensors}, f"{folder}/{name}-gradients.safetensors")


def main(folder, *chosen):
    for name in chosen or nets:
        shape = nets[name][1]
        net = network(name)
        x = torch.randint(0, 11, (2, 7)) if shape == "tok" else torch.randn(2, *shape)
        if name in OLDER:
            path = f"{folder}/{name}-17.onnx"
            torch.onnx.export(net, (x,), path, dynamo=False, input_names=["x"], opset_version=17,
                              dynamic_axes={"x": {0: "batch"}})
            stripped(path, name not in TORCHVISION)
        if name in NEWER:
            path = f"{folder}/{name}-dynamo.onnx"
            torch.onnx.export(net, (x,), path, dynamo=True, input_names=["x"], external_data=False,
                              dynamic_shapes=({0: torch.export.Dim("batch")},))
            stripped(path, name not in TORCHVISION)
        if name in GRADIENTS:
            gradients(name, folder)


main(*sys.argv[1:])
